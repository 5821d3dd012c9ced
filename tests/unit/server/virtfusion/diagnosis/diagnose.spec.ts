import { afterEach, describe, expect, it } from 'vitest'
import type { VirtFusionClient } from '../../../../../server/virtfusion/client.ts'
import { describeDiagnosis } from '../../../../../server/virtfusion/diagnosis/describe.ts'
import { diagnose, rules } from '../../../../../server/virtfusion/diagnosis/diagnose.ts'
import type { DiagnosisRecord } from '../../../../../server/virtfusion/diagnosis/types.ts'
import { words } from '../../../../../server/virtfusion/diagnosis/words.en.ts'
import { BaseUrlError, normalizeBaseUrl } from '../../../../../server/virtfusion/base-url.ts'
import { VirtFusionError, type VirtFusionErrorKind } from '../../../../../server/virtfusion/errors.ts'
import { documentOf, readDocument, writeDocument, type FaultRow } from '../support/fault-document.ts'
import { afterRequest, answering, dripping, endless, nothingListening, silent, tlsWith, type Fault } from '../support/faults.ts'
import { TOKEN, createClient, rejectionOf, type Reply } from '../support/panel.ts'

const BODY = { packageId: 4, userId: 3, hypervisorId: 2 }
const FEATURES = { virtfusion_package_id: 4, virtfusion_user_id: 3, virtfusion_hypervisor_id: 2 }
/** Stands in every answer that could leak: it must never be seen by people. */
const RAW = 'RAW-BODY-c0ffee'
const PASSWORD = 'hunter2-secret'
const PAGE = `<!doctype html><title>${RAW}</title><input name="_token" value="${PASSWORD}">`

interface Row {
  fault: string
  start(): Promise<Fault>
  /** What is appended to the address of the fault. */
  path?: string
  call?: 'connect' | 'create' | 'suspend' | 'createUser' | 'status'
  timeoutMs?: number
  /** How many calls fail before the one that is looked at. */
  failuresBefore?: number
  kind: VirtFusionErrorKind
  effect?: 'none' | 'unknown'
  code: string
  setting?: string
  says?: RegExp
}

const replying = (status: number, body?: unknown, headers?: Record<string, string>) => () => answering({ status, body, ...(headers ? { headers } : {}) } satisfies Reply)
const elsewhere = (baseUrl: string) => () => Promise.resolve({ baseUrl, close: () => Promise.resolve() })
const refusing = (status: number, text: string) => replying(status, { errors: [text], debug: RAW, password: PASSWORD })
const overTls = (start: () => Promise<Fault>) => async () => {
  const fault = await start()
  return { ...fault, baseUrl: fault.baseUrl.replace('http:', 'https:') }
}
const plainToTls = async () => {
  const fault = await tlsWith('good')
  return { ...fault, baseUrl: fault.baseUrl.replace('https:', 'http:') }
}

const connection: Row[] = [
  { fault: 'host name not found', start: elsewhere('https://no-such-host.invalid'), kind: 'dns', code: 'host_not_found', setting: 'VIRTFUSION_API_URL', says: /no-such-host\.invalid/ },
  { fault: 'connection refused', start: nothingListening, kind: 'refused', code: 'connection_refused', setting: 'VIRTFUSION_API_URL' },
  { fault: 'connection refused on a create', start: nothingListening, call: 'create', kind: 'refused', effect: 'none', code: 'connection_refused' },
  { fault: 'TLS handshake unanswered', start: overTls(silent), kind: 'connect-timeout', code: 'connect_timeout', setting: 'VIRTFUSION_API_URL' },
  { fault: 'no answer to a read', start: silent, timeoutMs: 1_000, kind: 'timeout', code: 'answer_timeout' },
  { fault: 'no answer to a create', start: silent, call: 'create', timeoutMs: 1_000, kind: 'timeout', effect: 'unknown', code: 'answer_timeout', says: /not known/ },
  { fault: 'an answer that drips', start: dripping, timeoutMs: 1_000, kind: 'timeout', code: 'answer_timeout' },
  { fault: 'reset before any byte of the answer to a create', start: () => afterRequest(s => s.resetAndDestroy()), call: 'create', kind: 'connection-lost', effect: 'unknown', code: 'effect_unknown' },
  { fault: 'closed before any byte of the answer to a suspend', start: () => afterRequest(s => s.end()), call: 'suspend', kind: 'connection-lost', effect: 'unknown', code: 'effect_unknown' },
  { fault: 'cut off within the answer to a create', start: () => afterRequest(s => s.end('HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{"da')), call: 'create', kind: 'connection-lost', effect: 'unknown', code: 'effect_unknown' },
  { fault: 'a wrong content length', start: () => afterRequest(s => s.end('HTTP/1.1 422 No\r\nContent-Length: 99\r\n\r\n{"msg":"x"}')), call: 'create', kind: 'connection-lost', effect: 'unknown', code: 'effect_unknown' },
  { fault: 'a self-signed certificate', start: () => tlsWith('self-signed'), kind: 'tls', code: 'tls_self_signed', setting: 'VIRTFUSION_CA_FILE' },
  { fault: 'an unknown authority', start: () => tlsWith('unknown-authority'), kind: 'tls', code: 'tls_unknown_authority', setting: 'VIRTFUSION_CA_FILE' },
  { fault: 'an unknown authority on a create', start: () => tlsWith('unknown-authority'), call: 'create', kind: 'tls', effect: 'none', code: 'tls_unknown_authority' },
  { fault: 'plain http on the https address', start: overTls(replying(200, [])), kind: 'tls', code: 'https_to_http_port', setting: 'VIRTFUSION_API_URL' },
  { fault: 'https on the http address', start: plainToTls, kind: 'connection-lost', code: 'http_to_https_port', setting: 'VIRTFUSION_API_URL', says: /https:\/\/127\.0\.0\.1/ },
  { fault: 'a web server that says 400 to plain http on its https port', start: replying(400, PAGE), kind: 'invalid', code: 'http_to_https_port', setting: 'VIRTFUSION_API_URL' },
  { fault: 'a service that does not speak http', start: () => afterRequest(s => s.end('220 mail.example.com ESMTP\r\n')), call: 'create', kind: 'unreadable', effect: 'unknown', code: 'not_http' },
  { fault: 'an alert, as a TLS server sends one', start: () => afterRequest(s => s.end(Buffer.from([0x15, 3, 1, 0, 2, 2, 70]))), kind: 'unreadable', code: 'http_to_https_port' },
  { fault: 'reset before any byte of the answer to a read', start: () => afterRequest(s => s.resetAndDestroy()), call: 'status', kind: 'connection-lost', code: 'connection_lost' },
  { fault: 'a panel that has failed five times in a row', start: nothingListening, call: 'create', failuresBefore: 5, kind: 'circuit-open', effect: 'none', code: 'panel_circuit_open', says: /was not sent.*again in \d s/ },
  { fault: 'a metadata address', start: elsewhere('https://169.254.169.254'), kind: 'blocked-address', code: 'blocked_address', setting: 'VIRTFUSION_API_URL' },
  { fault: 'a port that is not for the web', start: elsewhere('http://127.0.0.1:1'), kind: 'blocked-address', code: 'blocked_port', setting: 'VIRTFUSION_API_URL' },
  { fault: 'an answer over the cap', start: endless, kind: 'unreadable', code: 'answer_too_large', setting: 'VIRTFUSION_API_URL', says: /5 MB/ },
]

const address: Row[] = [
  { fault: 'a redirect to another host', start: replying(302, PAGE, { location: 'https://login.example.com/sso?next=1' }), kind: 'redirect', code: 'redirect', setting: 'VIRTFUSION_API_URL', says: /https:\/\/login\.example\.com\b(?!\/)/ },
  { fault: 'a redirect of a create', start: replying(307, '', { location: '/login' }), call: 'create', kind: 'redirect', effect: 'unknown', code: 'redirect' },
  { fault: 'a wrong base path with an HTML 404', start: replying(404, PAGE), path: '/panel', kind: 'not-found', code: 'wrong_base_path', setting: 'VIRTFUSION_API_URL', says: /Use http:\/\/127\.0\.0\.1:\d+\/api\/v1\./ },
  { fault: 'a wrong base path with a JSON 404', start: replying(404, { message: 'The route could not be found.' }), path: '/api', kind: 'not-found', code: 'wrong_base_path', setting: 'VIRTFUSION_API_URL' },
  { fault: 'no API at all', start: replying(404, PAGE), kind: 'not-found', code: 'no_api_here', setting: 'VIRTFUSION_API_URL' },
  { fault: 'an operation that this panel lacks', start: replying(404, { message: 'The route could not be found.' }), call: 'status', kind: 'not-found', code: 'operation_missing', says: /read the panel status/ },
  { fault: 'a sign-in page with status 200', start: replying(200, PAGE), kind: 'unreadable', code: 'html_answer', setting: 'VIRTFUSION_API_URL' },
  { fault: 'a sign-in page in answer to a create', start: replying(200, PAGE), call: 'create', kind: 'unreadable', effect: 'unknown', code: 'html_answer' },
  { fault: 'a firewall\'s page with status 403', start: replying(403, PAGE), kind: 'forbidden', code: 'html_answer' },
]

const refusals: Row[] = [
  { fault: '401 without a body', start: replying(401), call: 'create', kind: 'unauthorized', effect: 'none', code: 'unauthorized', setting: 'VIRTFUSION_API_TOKEN', says: /wrong.*expired.*address of this machine/ },
  { fault: '403 on a create', start: refusing(403, 'No permission'), call: 'create', kind: 'forbidden', effect: 'none', code: 'forbidden', setting: 'VIRTFUSION_API_TOKEN', says: /may not create servers.*address of this machine/ },
  { fault: '403 on a suspend', start: refusing(403, 'No permission'), call: 'suspend', kind: 'forbidden', effect: 'none', code: 'forbidden', says: /may not suspend servers/ },
  { fault: 'a server that is not there', start: replying(404, { msg: 'server not found' }), call: 'suspend', kind: 'not-found', effect: 'none', code: 'record_not_found' },
  { fault: '409', start: replying(409, { msg: 'suspend already scheduled' }), call: 'suspend', kind: 'conflict', effect: 'none', code: 'conflict' },
  { fault: '409 on making a user', start: replying(409, { msg: 'user already exists' }), call: 'createUser', kind: 'conflict', effect: 'none', code: 'user_taken', says: /user already exists/ },
  { fault: '423', start: replying(423, { msg: 'tasks pending in queue' }), call: 'suspend', kind: 'locked', effect: 'none', code: 'locked', says: /tasks pending in queue/ },
  { fault: '429 with seconds', start: replying(429, { message: 'Too Many Attempts.' }, { 'retry-after': '30' }), call: 'suspend', kind: 'rate-limited', effect: 'none', code: 'rate_limited', says: /wait 30 seconds/ },
  { fault: '429 with a date', start: () => replying(429, { message: 'x' }, { 'retry-after': new Date(Date.now() + 90_000).toUTCString() })(), call: 'suspend', kind: 'rate-limited', code: 'rate_limited', says: /wait (8\d|90) seconds/ },
  { fault: '429 without a hint', start: replying(429, PAGE), call: 'suspend', kind: 'rate-limited', effect: 'unknown', code: 'rate_limited' },
  { fault: 'maintenance', start: refusing(503, RAW), call: 'suspend', kind: 'maintenance', effect: 'unknown', code: 'maintenance' },
  { fault: '503 from a proxy', start: replying(503, PAGE), call: 'suspend', kind: 'server-error', effect: 'unknown', code: 'proxy_error' },
  { fault: '502 from a proxy', start: replying(502, PAGE), call: 'create', kind: 'server-error', effect: 'unknown', code: 'proxy_error' },
  { fault: '500 with JSON', start: replying(500, { message: `SQLSTATE ${RAW}` }), call: 'create', kind: 'server-error', effect: 'unknown', code: 'panel_error' },
  { fault: '500 with HTML', start: replying(500, PAGE), kind: 'server-error', code: 'panel_error' },
  { fault: 'truncated JSON with status 201', start: replying(201, '{"data":{"id":7,"uu'), call: 'create', kind: 'unreadable', effect: 'unknown', code: 'unreadable_answer' },
  { fault: 'a 201 without an id', start: replying(201, { data: { uuid: 'ab68e20a-211f', ownerId: 3 } }), call: 'create', kind: 'unreadable', effect: 'unknown', code: 'unreadable_answer' },
  { fault: 'an empty 201', start: replying(201), call: 'create', kind: 'unreadable', effect: 'unknown', code: 'unreadable_answer' },
  { fault: 'a status that no API gives', start: replying(418, { a: 1 }), call: 'create', kind: 'client-error', effect: 'unknown', code: 'unexpected_status' },
]

const invalid = (fault: string, body: unknown, code: string, setting?: string, says?: RegExp): Row => ({
  fault, start: replying(422, body), call: 'create', kind: 'invalid', effect: 'none', code,
  ...(setting === undefined ? {} : { setting }), ...(says === undefined ? {} : { says }),
})
const sentence = (text: string) => ({ errors: [text], debug: RAW, password: PASSWORD })

const invalids: Row[] = [
  invalid('a full group', sentence('No hypervisor in the group can take this server'), 'no_capacity', 'virtfusion_hypervisor_id'),
  invalid('no memory', sentence('No hypervisor in the group has enough free memory'), 'no_capacity_memory', 'virtfusion_hypervisor_id'),
  invalid('no disk', sentence('Insufficient storage on all hypervisors'), 'no_capacity_disk', 'virtfusion_hypervisor_id'),
  invalid('no IPv4', sentence('Not enough IPv4 addresses are available in the group'), 'no_capacity_ipv4', 'virtfusion_hypervisor_id'),
  invalid('no cores', sentence('No hypervisor in the group has enough free CPU cores'), 'no_capacity_cpu', 'virtfusion_hypervisor_id'),
  invalid('a disabled package', sentence('The package is disabled'), 'package_disabled', 'virtfusion_package_id', /package 4/),
  invalid('an unknown package', sentence('The package does not exist'), 'package_unknown', 'virtfusion_package_id', /package 4/),
  invalid('an unknown package, by field', { message: 'The given data was invalid.', errors: { packageId: ['The selected package id is invalid.'] } }, 'package_unknown', 'virtfusion_package_id'),
  invalid('a hypervisor\'s id instead of a group\'s', sentence('The selected hypervisor id is invalid.'), 'hypervisor_group_unknown', 'virtfusion_hypervisor_id', /group 2.*not of a hypervisor/),
  invalid('a disabled group', sentence('The hypervisor group does not exist or is disabled'), 'hypervisor_group_unknown', 'virtfusion_hypervisor_id'),
  invalid('an e-mail as the owner', { errors: { userId: ['The user id must be an integer.'] } }, 'owner_unknown', 'virtfusion_user_id', /not an e-mail/),
  invalid('an unknown owner', sentence('The user does not exist'), 'owner_unknown', 'virtfusion_user_id', /user 3/),
  invalid('an unknown firewall ruleset', sentence('Invalid or disabled firewall ruleset'), 'firewall_ruleset_unknown', 'virtfusion_firewall_rulesets'),
  invalid('too little memory asked for', sentence('The memory must be at least 256.'), 'value_refused', 'virtfusion_memory', /virtfusion_memory/),
  invalid('a disk that is too large', { errors: { additionalStorage1Capacity: ['Too large.'] } }, 'value_refused', 'virtfusion_additional_storage1_capacity'),
  invalid('an unknown template', sentence('The operating system is not available for this server'), 'template_unknown', 'virtfusion_operating_system_id'),
  invalid('a reason that nobody foresaw', sentence('Computer says no'), 'refused', undefined, /Computer says no/),
  { ...invalid('an e-mail that is taken', sentence('The email has already been taken.'), 'email_taken'), call: 'createUser' },
  { ...invalid('a relation that is taken', { errors: { extRelationId: ['Taken.'] } }, 'relation_taken'), call: 'createUser' },
]

const sections = { 'The panel is not reached': connection, 'The address leads elsewhere': address, 'The panel refuses or fails': refusals, 'The panel refuses the order': invalids }
const table = Object.entries(sections).flatMap(([section, rows]) => rows.map(row => ({ ...row, section })))

/** What was found, in the order of the tests: becomes the table for people. */
const documented: FaultRow[] = []

function note(section: string, fault: string, error: unknown, record: DiagnosisRecord): void {
  const { kind, effect, operation } = error instanceof VirtFusionError ? error : { kind: 'invalid-input', effect: 'none', operation: '' }
  documented.push({ section, fault, kind, effect, operation, ...describeDiagnosis(record) })
}

const open: Array<{ close(): Promise<void> }> = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(item => item.close()))
})

function send(client: VirtFusionClient, row: Row): Promise<unknown> {
  const options = { retries: 0, ...(row.timeoutMs === undefined ? {} : { timeoutMs: row.timeoutMs }) }
  switch (row.call ?? 'connect') {
    case 'create': return client.servers.create(BODY, options)
    case 'suspend': return client.servers.suspend(7, options)
    case 'createUser': return client.users.create({ name: 'Jane Doe', email: 'jane@example.com' }, options)
    case 'status': return client.connection.status(options)
    case 'connect': return client.connection.connect(options)
  }
}

describe('diagnose', () => {
  it.each(table)('explains $fault as $code', async (row) => {
    const fault = await row.start()
    const client = createClient(`${fault.baseUrl}${row.path ?? ''}`, { timeouts: { connectMs: 500 } })
    open.push(client, fault)

    for (let failure = 0; failure < (row.failuresBefore ?? 0); failure += 1) await rejectionOf(send(client, row))
    const error = await rejectionOf(send(client, row))
    expect(error).toBeInstanceOf(VirtFusionError)
    expect(error).toMatchObject({ kind: row.kind, effect: row.effect ?? 'none' })

    const record = diagnose(error, { baseUrl: client.baseUrl, features: FEATURES, request: BODY })
    expect(record.code).toBe(row.code)
    if (row.setting !== undefined) expect(record.setting).toBe(row.setting)

    note(row.section, row.fault, error, record)
    const told = describeDiagnosis(record)
    const seen = `${JSON.stringify(record)} ${JSON.stringify(told)} ${(error as Error).message} ${JSON.stringify(error)}`
    for (const secret of [TOKEN, PASSWORD, RAW]) expect(seen).not.toContain(secret)
    expect(told.title).toMatch(/\S/)
    expect(told.fix).toMatch(/\S/)
    if (row.says) expect(`${told.cause} ${told.fix}`).toMatch(row.says)
    expect(/is not known; Berth looks/.test(told.cause)).toBe(row.effect === 'unknown')
  })

  it.each(['expired', 'not-yet-valid', 'wrong-name'] as const)('explains a certificate that is %s, even from a trusted authority', async (kind) => {
    const fault = await tlsWith(kind)
    const client = createClient(fault.baseUrl, { ca: fault.ca })
    open.push(client, fault)
    const error = await rejectionOf(client.connection.connect({ retries: 0 }))
    const record = diagnose(error, { baseUrl: client.baseUrl })
    expect(record.code).toBe(`tls_${kind.replaceAll('-', '_')}`)
    note('The certificate', `a certificate that is ${kind.replaceAll('-', ' ')}`, error, record)
  })

  it('explains a service that does not speak http behind an https address', () => {
    const error = new VirtFusionError({ operation: 'connection.connect', method: 'GET', path: '/connect', kind: 'unreadable', effect: 'none', isRetryable: false, causeCode: 'HTTPParserError' })
    expect(diagnose(error, { baseUrl: 'https://cp.example.com/api/v1' })).toMatchObject({ code: 'not_http', setting: 'VIRTFUSION_API_URL' })
  })

  it.each([
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'https_to_http_port'], ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tls_failed'], ['EPROTO', 'tls_failed'],
  ])('sends nobody to another port who got %s for other reasons than plain http', (causeCode, code) => {
    const error = new VirtFusionError({ operation: 'connection.connect', method: 'GET', path: '/connect', kind: 'tls', effect: 'none', isRetryable: false, causeCode })
    expect(diagnose(error, { baseUrl: 'https://cp.example.com/api/v1' })).toMatchObject({ code })
  })

  it('blames the number of an owner\'s servers, not the address, when their list is too large', () => {
    const error = new VirtFusionError({ operation: 'servers.listByUser', method: 'GET', path: '/servers/user/3', kind: 'unreadable', effect: 'none', isRetryable: false, causeCode: 'answer-too-large' })
    const record = diagnose(error, { baseUrl: 'https://cp.example.com/api/v1' })
    expect(record).toMatchObject({ code: 'owner_list_too_large', setting: 'virtfusion_user_id' })
    expect(describeDiagnosis(record).fix).toContain('several owners')
    note('The panel is not reached', 'a list of one user\'s servers over its cap', error, record)
  })

  it('does not blame the plan\'s owner when the order was made for the customer\'s own panel user', async () => {
    const fault = await answering({ status: 422, body: sentence('The user does not exist') })
    const client = createClient(fault.baseUrl)
    open.push(client, fault)
    const error = await rejectionOf(client.servers.create({ ...BODY, userId: 88 }))
    const record = diagnose(error, { features: FEATURES, request: { ...BODY, userId: 88 } })
    expect(record).toMatchObject({ code: 'owner_unknown', params: { value: 88 } })
    expect(record).not.toHaveProperty('setting')
  })

  it.each([
    ['jane@example.com', 'owner_is_email'],
    ['Jane', 'name_instead_of_id'],
    [0, 'id_not_a_number'],
    [1.5, 'id_not_a_number'],
    ['12', 'id_not_a_number'],
  ])('explains %j as the owner before anything is sent', async (value, code) => {
    const client = createClient('https://cp.example.com')
    open.push(client)
    const error = await rejectionOf(client.servers.create({ ...BODY, userId: value as number }))
    expect(error).toMatchObject({ kind: 'invalid-input', effect: 'none', status: null })
    const record = diagnose(error, { features: { ...FEATURES, virtfusion_user_id: value } })
    expect(record).toMatchObject({ code, setting: 'virtfusion_user_id' })
    note('Refused before anything is sent', `\`${JSON.stringify(value)}\` as the owner`, error, record)
    expect(describeDiagnosis(record).cause).toContain('virtfusion_user_id')
  })

  it('offers the address with https after a redirect on the same host, and none after one to a stranger', async () => {
    const redirected = (location: string) => new VirtFusionError({
      operation: 'connection.connect', method: 'GET', path: '/connect', kind: 'redirect', effect: 'none', isRetryable: false, status: 301, redirectOrigin: location,
    })
    const context = { baseUrl: 'http://cp.example.com/api/v1' }
    expect(diagnose(redirected('https://cp.example.com'), context).params.correctedUrl).toBe('https://cp.example.com/api/v1')
    expect(diagnose(redirected('https://evil.example.net'), context).params.correctedUrl).toBeNull()
  })

  it.each([['cp.example.com', 'base_url_scheme_missing'], ['http://cp.example.com', 'base_url_insecure']])('explains the unusable address %s and offers a better one', (input, code) => {
    let error: unknown
    try {
      normalizeBaseUrl(input)
    }
    catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(BaseUrlError)
    const record = diagnose(error)
    expect(record).toEqual({ code, params: { correctedUrl: 'https://cp.example.com' }, setting: 'VIRTFUSION_API_URL' })
    expect(describeDiagnosis(record).fix).toContain('https://cp.example.com')
    note('Refused before anything is sent', `\`${input}\` as the panel's address`, error, record)
  })

  it('takes any other error for a fault of ours', () => {
    expect(diagnose(new Error('boom'))).toEqual({ code: 'internal_error', params: {} })
  })
})

describe('the rule book', () => {
  it('has words for every code', () => {
    expect(rules.map(rule => rule.code).filter(code => !(code in words))).toEqual([])
  })

  it('names each cause once, and ends with a rule that always holds', () => {
    const codes = rules.map(rule => rule.code)
    expect(new Set(codes).size).toBe(codes.length)
    expect(codes.at(-1)).toBe('unexpected_status')
  })

  it('describes a code from another version in general terms', () => {
    expect(describeDiagnosis({ code: 'from_the_future', params: {} })).toMatchObject({ code: 'from_the_future', title: 'The call failed' })
  })
})

describe('docs/diagnosis.md', () => {
  it('says what these tests have shown; UPDATE_DOCS=1 writes it anew', () => {
    expect(documented.length).toBeGreaterThanOrEqual(40)
    const wanted = documentOf(documented)
    if (process.env.UPDATE_DOCS === '1') writeDocument(wanted)
    expect(readDocument()).toBe(wanted)
  })
})
