import { ABILITIES } from './abilities.ts'
import { suggestBaseUrl } from './base-url.ts'
import type { CapabilityMap, CapabilityState } from './capabilities.ts'
import type { VirtFusionClient } from './client.ts'
import { describeDiagnosis } from './diagnosis/describe.ts'
import { diagnose } from './diagnosis/diagnose.ts'
import type { DiagnosisRecord } from './diagnosis/types.ts'
import { VirtFusionError } from './errors.ts'
import type { CallOptions } from './types.ts'

export interface CapabilityRow {
  ability: string
  operation: string
  state: CapabilityState
  neededBy: string
}

export interface ConnectionTestResult {
  ok: boolean
  /** The sentence for the screen: success with the version, or the diagnosis's title. */
  message: string
  version: string | null
  /** Of the first call that came back. */
  latencyMs: number | null
  capabilities: CapabilityRow[]
  /** Null without TLS, or when none was seen. */
  certificateDaysLeft: number | null
  /** What works, but not for long. */
  warnings: DiagnosisRecord[]
  diagnosis?: DiagnosisRecord
}

export interface TestConnectionOptions {
  requestId?: string
  signal?: AbortSignal
  /** Deadline of each call; default 10 s. */
  timeoutMs?: number
}

/** Somebody is waiting for the result: what a slow panel does not say in this time stays unknown. */
const PROBE_MS = 5_000

/**
 * Tests address and token: one call that must work, then the version where the panel tells it, and what the token may do,
 * from harmless reads only. A failure of the panel is a result, never an exception.
 */
export async function testConnection(client: VirtFusionClient, options: TestConnectionOptions = {}): Promise<ConnectionTestResult> {
  const call: CallOptions = { timeoutMs: 10_000, ...options, retries: 0 }
  const startedAt = performance.now()
  const elapsedMs = () => Math.round(performance.now() - startedAt)
  try {
    const connectVersion = await reach(client, call)
    const latencyMs = elapsedMs()
    const probe = { ...call, timeoutMs: Math.min(call.timeoutMs ?? PROBE_MS, PROBE_MS) }
    const [statusVersion] = await Promise.all([readStatusVersion(client, probe), probeAbilities(client, probe)])
    const version = connectVersion ?? statusVersion
    return {
      ok: true,
      message: successMessage(version),
      version,
      latencyMs,
      capabilities: listCapabilities(client.capabilities),
      ...judgeCertificate(client),
    }
  }
  catch (error) {
    if (!(error instanceof VirtFusionError)) throw error
    const latencyMs = error.status === null ? null : elapsedMs()
    const diagnosis = await diagnoseReach(client, error, call)
    return {
      ok: false,
      message: describeDiagnosis(diagnosis).title,
      version: null,
      latencyMs,
      capabilities: listCapabilities(client.capabilities),
      ...judgeCertificate(client),
      diagnosis,
    }
  }
}

/** The sentence of a connection that works. */
export function successMessage(version: string | null): string {
  return `VirtFusion connection successful. Version: ${version ?? 'not reported'}`
}

/** What is known of each ability that Berth uses, for the settings screen. */
export function listCapabilities(capabilities: CapabilityMap): CapabilityRow[] {
  return ABILITIES.map(({ ability, operation, neededBy }) => ({ ability, operation, state: capabilities.stateOf(operation), neededBy }))
}

/** The version if `/connect` names it. A 403 has reached the panel with a valid token, so it counts as connected. */
async function reach(client: VirtFusionClient, call: CallOptions): Promise<string | null> {
  try {
    const { version } = await client.connection.connect(call)
    return version
  }
  catch (error) {
    if (error instanceof VirtFusionError && error.kind === 'forbidden' && error.bodyForm !== 'html') return null
    throw error
  }
}

async function readStatusVersion(client: VirtFusionClient, call: CallOptions): Promise<string | null> {
  const status = await attempt(client.connection.status(call))
  return status?.version ?? null
}

/** Asks for records that may well not exist: "not found" proves the permission as well as an answer does. */
async function probeAbilities(client: VirtFusionClient, call: CallOptions): Promise<void> {
  await Promise.all([
    attempt(client.packages.list(call)).then(packages => attempt(client.templates.fromPackage(packages?.[0]?.id ?? 1, call))),
    attempt(client.hypervisorGroups.list({ ...call, results: 1 })),
    attempt(client.servers.list({ ...call, results: 1 })).then((page) => {
      const row = page?.items[0]
      return Promise.all([
        attempt(client.servers.get(row?.id ?? 1, call)),
        attempt(client.servers.listByUser(row?.ownerId ?? 1, call)),
      ])
    }),
    attempt(client.users.getByExtRelation(1, call)),
    attempt(client.queue.get(1, call)),
  ])
}

/** A probe's refusal is its result: the capability map has taken it in already. */
async function attempt<T>(probe: Promise<T>): Promise<T | null> {
  try {
    return await probe
  }
  catch (error) {
    if (error instanceof VirtFusionError) return null
    throw error
  }
}

/** Time enough to renew a certificate that nobody renews automatically. */
const CERTIFICATE_WARNING_DAYS = 21

function judgeCertificate(client: VirtFusionClient): Pick<ConnectionTestResult, 'certificateDaysLeft' | 'warnings'> {
  const certificateDaysLeft = client.certificateDaysLeft()
  const isShort = certificateDaysLeft !== null && certificateDaysLeft < CERTIFICATE_WARNING_DAYS
  const warning: DiagnosisRecord = { code: 'certificate_expires_soon', params: { host: new URL(client.origin).hostname, days: certificateDaysLeft } }
  return { certificateDaysLeft, warnings: isShort ? [warning] : [] }
}

const WRONG_ADDRESS = new Set(['wrong_base_path', 'no_api_here', 'html_answer'])

async function diagnoseReach(client: VirtFusionClient, error: VirtFusionError, call: CallOptions): Promise<DiagnosisRecord> {
  const diagnosis = diagnose(error, { baseUrl: client.baseUrl })
  if (!WRONG_ADDRESS.has(diagnosis.code)) return diagnosis
  return diagnose(error, { baseUrl: client.baseUrl, correctedUrl: await findBaseUrl(client, call) })
}

/** The first address of the same origin under which an API answers, so that the correction offered is known to be good. */
async function findBaseUrl(client: VirtFusionClient, call: CallOptions): Promise<string | null> {
  for (const baseUrl of candidates(client.baseUrl)) {
    const other = client.at(baseUrl)
    try {
      if (await answersAsApi(other, call)) return baseUrl
    }
    finally {
      await other.close()
    }
  }
  return null
}

function candidates(baseUrl: string): string[] {
  const upToFirst = baseUrl.slice(0, baseUrl.indexOf('/api/v1') + '/api/v1'.length)
  const shortest = suggestBaseUrl(baseUrl)
  return [...new Set([...(shortest === null ? [] : [shortest]), upToFirst])].filter(candidate => candidate !== baseUrl)
}

async function answersAsApi(client: VirtFusionClient, call: CallOptions): Promise<boolean> {
  try {
    await client.connection.connect(call)
    return true
  }
  catch (error) {
    if (!(error instanceof VirtFusionError)) throw error
    return (error.kind === 'unauthorized' && error.bodyForm !== 'html') || (error.kind === 'forbidden' && error.isJson)
  }
}
