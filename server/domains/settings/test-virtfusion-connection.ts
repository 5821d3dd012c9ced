import type { ConnectionTest, TestConnection } from '#shared/schemas/settings.ts'
import type { Call } from '../../context.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { notePanelAnswer } from '../../engine/panel-health.ts'
import { ABILITIES } from '../../virtfusion/abilities.ts'
import { BaseUrlError } from '../../virtfusion/base-url.ts'
import { createVirtFusionClient, type VirtFusionClient } from '../../virtfusion/client.ts'
import { diagnose } from '../../virtfusion/diagnosis/diagnose.ts'
import type { DiagnosisRecord } from '../../virtfusion/diagnosis/types.ts'
import { testConnection } from '../../virtfusion/test-connection.ts'
import { requireAuthority } from './authority.ts'
import { clientOptions } from './client-options.ts'
import { describeConnectionTest } from './describe-connection-test.ts'
import { isTestOf, markTest } from './mark-test.ts'
import { findEnvironmentToken, findOrigin, readVirtfusionSettings, type VirtfusionConnection } from './read-virtfusion-settings.ts'
import { overwriteGroup } from './registry.ts'
import type { StoredConnectionTest } from './stored-connection-test.ts'

type Outcome = Pick<StoredConnectionTest, 'ok' | 'version' | 'latencyMs' | 'capabilities' | 'certificateDaysLeft' | 'warnings' | 'diagnosis'>

/**
 * Tests the values given, else those in force, by reads that change nothing, and keeps the result for the screen. A stored token is used
 * only for the origin that it belongs to. `timeoutMs` is the deadline of each call. @throws AppError invalid_input (`caPem`)
 */
export async function testVirtfusionConnection(call: Call, given: TestConnection, { timeoutMs = 10_000 } = {}): Promise<ConnectionTest> {
  const connection = await readVirtfusionSettings(call)
  const apiUrl = given.apiUrl ?? connection.apiUrl
  const token = given.token ?? findStoredToken(call, connection, apiUrl)
  const caPem = given.caPem === undefined ? connection.caPem : given.caPem
  if (given.caPem) requireAuthority(given.caPem, call.now())
  const mark = markTest({ apiUrl, token, caPem })
  const outcome = await attempt(call, { apiUrl, token, caPem }, timeoutMs, async (client, version) => {
    if (isTestOf({ mark }, connection)) await learn(call, client, version)
  })
  const test: StoredConnectionTest = { ...outcome, apiUrl: apiUrl ?? '', testedAt: call.now().toISOString(), testedBy: call.user.name, mark }
  await call.db.$transaction(async (tx) => {
    await overwriteGroup(tx, 'virtfusion.last-test', { test }, call.user.id)
    await recordAudit(tx, call, {
      action: 'settings.tested',
      entity: 'settings',
      entityId: 'virtfusion',
      entityName: 'API credentials',
      after: { apiUrl: test.apiUrl, ok: test.ok, version: test.version, code: test.diagnosis?.code },
    })
  })
  return describeConnectionTest(test)
}

async function attempt(call: Call, { apiUrl, token, caPem }: Pick<VirtfusionConnection, 'apiUrl' | 'token' | 'caPem'>, timeoutMs: number, onSuccess: (client: VirtFusionClient, version: string | null) => Promise<void>): Promise<Outcome> {
  if (apiUrl === null) return failure({ code: 'base_url_empty', params: {}, setting: 'VIRTFUSION_API_URL' })
  const client = openClient(call, apiUrl, token ?? '', caPem)
  if (client instanceof BaseUrlError) return failure(diagnose(client))
  if (token === null) return failure({ code: 'token_missing', params: { origin: client.origin }, setting: 'VIRTFUSION_API_TOKEN' })
  try {
    const { ok, version, latencyMs, capabilities, certificateDaysLeft, warnings, diagnosis } = await testConnection(client, { requestId: call.requestId, timeoutMs })
    if (ok) await onSuccess(client, version)
    return { ok, version, latencyMs, capabilities, certificateDaysLeft, warnings, diagnosis: diagnosis ?? null }
  }
  finally {
    await client.close()
  }
}

/** A stored token for the address that is to be tested, if it belongs there. */
function findStoredToken({ env }: Call, connection: VirtfusionConnection, apiUrl: string | null): string | null {
  const origin = findOrigin(apiUrl)
  return origin !== null && origin === findOrigin(connection.apiUrl) ? connection.token : findEnvironmentToken(env, origin)
}

/** The address can be wrong in ways that no connection is needed to see. */
function openClient(call: Call, apiUrl: string, token: string, caPem: string | null): VirtFusionClient | BaseUrlError {
  try {
    return createVirtFusionClient(clientOptions(call, apiUrl, token, caPem))
  }
  catch (error) {
    if (error instanceof BaseUrlError) return error
    throw error
  }
}

/** A test of the connection in force is a sign of life like any other call: what waits for the panel goes on. */
async function learn(call: Call, tested: VirtFusionClient, version: string | null): Promise<void> {
  const inUse = await call.panel.client()
  inUse?.capabilities.restore(tested.capabilities.snapshot())
  await notePanelAnswer(call, { ok: true, value: { version }, panelDate: null }, 'connection.connect')
}

function failure(diagnosis: DiagnosisRecord): Outcome {
  const capabilities = ABILITIES.map((ability) => ({ ...ability, state: 'unknown' as const }))
  return { ok: false, version: null, latencyMs: null, capabilities, certificateDaysLeft: null, warnings: [], diagnosis }
}
