import { suggestBaseUrl } from '../base-url.ts'
import type { DiagnosisParams, Facts, Rule } from './types.ts'

const URL_SETTING = 'VIRTFUSION_API_URL'
const TLS_UNKNOWN = ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UNABLE_TO_GET_ISSUER_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'CERT_UNTRUSTED']

const code = (...codes: string[]) => ({ error }: Facts) => error.causeCode !== null && codes.includes(error.causeCode)
const isHttp = ({ context }: Facts) => context.baseUrl?.startsWith('http:') ?? false

/** The panel was not reached, or what was reached did not speak the right language. */
export const connectionRules: Rule[] = [
  { code: 'blocked_address', when: code('EBLOCKED'), params: place, setting: URL_SETTING },
  { code: 'blocked_port', when: code('bad-port'), params: place, setting: URL_SETTING },
  { code: 'host_not_found', when: code('ENOTFOUND'), params: place, setting: URL_SETTING },
  { code: 'dns_unavailable', when: ({ error }) => error.kind === 'dns', params: place },
  { code: 'connection_refused', when: ({ error }) => error.kind === 'refused', params: place, setting: URL_SETTING },
  { code: 'host_unreachable', when: ({ error }) => error.kind === 'unreachable', params: place, setting: URL_SETTING },
  { code: 'connect_timeout', when: ({ error }) => error.kind === 'connect-timeout', params: place, setting: URL_SETTING },
  { code: 'tls_self_signed', when: code('DEPTH_ZERO_SELF_SIGNED_CERT'), params: place, setting: 'VIRTFUSION_CA_FILE' },
  { code: 'tls_unknown_authority', when: code(...TLS_UNKNOWN), params: place, setting: 'VIRTFUSION_CA_FILE' },
  { code: 'tls_expired', when: code('CERT_HAS_EXPIRED'), params: place },
  { code: 'tls_not_yet_valid', when: code('CERT_NOT_YET_VALID'), params: place },
  { code: 'tls_wrong_name', when: code('ERR_TLS_CERT_ALTNAME_INVALID', 'HOSTNAME_MISMATCH'), params: place, setting: URL_SETTING },
  {
    code: 'https_to_http_port',
    when: code('ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG', 'ERR_SSL_HTTP_REQUEST'),
    params: place,
    setting: URL_SETTING,
  },
  { code: 'tls_failed', when: ({ error }) => error.kind === 'tls', params: facts => ({ ...place(facts), causeCode: facts.error.causeCode }) },
  {
    code: 'http_to_https_port',
    when: facts => isHttp(facts) && (
      // What an https port does with a plain request: hang up, answer with an alert, or say 400 on a page. Only the first call
      // of all tells the first two from a connection that broke on the way.
      (facts.error.operation === 'connection.connect' && (facts.error.kind === 'connection-lost' || isGarbage(facts)))
      || (facts.error.status === 400 && facts.error.bodyForm !== 'json')
    ),
    params: facts => ({ ...place(facts), correctedUrl: facts.context.baseUrl?.replace(/^http:/, 'https:') ?? null }),
    setting: URL_SETTING,
  },
  {
    code: 'not_http',
    when: isGarbage,
    params: place,
    setting: URL_SETTING,
  },
  { code: 'owner_list_too_large', when: facts => facts.error.operation === 'servers.listByUser' && code('answer-too-large')(facts), params: place, setting: 'virtfusion_user_id' },
  { code: 'answer_too_large', when: code('answer-too-large'), params: place, setting: URL_SETTING },
  {
    code: 'panel_circuit_open',
    when: ({ error }) => error.kind === 'circuit-open',
    params: facts => ({ ...place(facts), retryAfterSeconds: Math.ceil((facts.error.retryAfterMs ?? 0) / 1000) }),
  },
  { code: 'queue_timeout', when: ({ error }) => error.kind === 'queue-timeout' },
  { code: 'called_off', when: ({ error }) => error.kind === 'aborted' },
  { code: 'answer_timeout', when: ({ error }) => error.kind === 'timeout', params: place },
  { code: 'effect_unknown', when: ({ error }) => error.kind === 'connection-lost' && error.effect === 'unknown', params: place },
  { code: 'connection_lost', when: ({ error }) => error.kind === 'connection-lost', params: place },
]

/** Answers that show a wrong address, whatever their status. */
export const addressRules: Rule[] = [
  {
    code: 'redirect',
    when: ({ error }) => error.kind === 'redirect',
    params: facts => ({ ...place(facts), status: facts.error.status, location: facts.error.redirectOrigin, correctedUrl: afterRedirect(facts) }),
    setting: URL_SETTING,
  },
  {
    code: 'wrong_base_path',
    when: facts => isNoApi(facts) && correction(facts) !== null,
    params: facts => ({ ...place(facts), status: facts.error.status, correctedUrl: correction(facts) }),
    setting: URL_SETTING,
  },
  {
    code: 'no_api_here',
    when: facts => facts.error.status === 404 && isNoApi(facts) && (facts.error.operation === 'connection.connect' || !facts.error.isJson),
    params: place,
    setting: URL_SETTING,
  },
  {
    code: 'operation_missing',
    when: ({ error }) => (error.status === 404 && !error.isConfirmedNotFound) || error.status === 405,
    params: operation,
  },
  {
    code: 'html_answer',
    when: ({ error }) => error.bodyForm === 'html' && error.status !== null && error.status < 500 && error.status !== 429,
    params: facts => ({ ...place(facts), status: facts.error.status }),
    setting: URL_SETTING,
  },
]

function isGarbage({ error }: Facts): boolean {
  return error.status === null && error.kind === 'unreadable' && error.causeCode !== 'answer-too-large'
}

export function operation({ error }: Facts): DiagnosisParams {
  return { operation: error.operation }
}

function place({ error, context }: Facts): DiagnosisParams {
  const url = context.baseUrl !== undefined && URL.canParse(context.baseUrl) ? new URL(context.baseUrl) : null
  return { operation: error.operation, host: url?.hostname ?? null, port: url ? Number(url.port || (url.protocol === 'http:' ? 80 : 443)) : null }
}

/** A page, or a 404 that is not about a record: what a web server says where no API is. */
function isNoApi({ error }: Facts): boolean {
  if (error.status === 404) return !error.isConfirmedNotFound
  return error.kind === 'unreadable' && error.bodyForm === 'html'
}

function correction({ context }: Facts): string | null {
  if (context.correctedUrl !== undefined) return context.correctedUrl
  return context.baseUrl === undefined ? null : suggestBaseUrl(context.baseUrl)
}

/** Only for a redirect that stays on the host: anywhere else a click could hand the token to a stranger. */
function afterRedirect({ error, context }: Facts): string | null {
  if (error.redirectOrigin === null || context.baseUrl === undefined || !URL.canParse(context.baseUrl)) return null
  const from = new URL(context.baseUrl)
  const to = new URL(error.redirectOrigin)
  return to.hostname === from.hostname && to.protocol === 'https:' && to.origin !== from.origin ? `${to.origin}${from.pathname}` : null
}
