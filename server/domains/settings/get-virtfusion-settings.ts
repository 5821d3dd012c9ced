import type { VirtfusionSettings } from '#shared/schemas/settings.ts'
import type { Call } from '../../context.ts'
import { findName } from '../people/find-names.ts'
import { describeConnectionTest } from './describe-connection-test.ts'
import { findLastSeen } from './find-last-seen.ts'
import { judgeNeeds } from './judge-needs.ts'
import { listCapabilities } from './list-capabilities.ts'
import { readVirtfusionSettings } from './read-virtfusion-settings.ts'
import { readFeaturesInUse } from './read-features-in-use.ts'
import { readLearnt } from './read-learnt.ts'
import { tokenHint } from './rules.ts'

/** The connection as an admin may see it: where each value comes from, and of the token its last characters at most. */
export async function getVirtfusionSettings(call: Call): Promise<VirtfusionSettings> {
  const [connection, row, { states, test }] = await Promise.all([
    readVirtfusionSettings(call),
    call.db.setting.findUnique({ where: { group: 'virtfusion' }, select: { updatedAt: true, updatedById: true } }),
    readLearnt(call),
  ])
  const needs = judgeNeeds(await readFeaturesInUse(call, connection.ownerMode))
  const capabilities = listCapabilities(states)
  const lastSeen = await findLastSeen(call.db, capabilities.map(({ operation }) => operation), connection.connectedAt)
  // Tests of the connection leave no rows; what only they have asked was seen at the last one.
  const seenByTest = new Set(test?.isInForce ? test.capabilities.filter(({ state }) => state !== 'unknown').map(({ operation }) => operation) : [])
  const seenAt = (operation: string) => lastSeen.get(operation)?.toISOString() ?? (test && seenByTest.has(operation) ? test.testedAt : null)
  return {
    apiUrl: connection.apiUrl,
    apiUrlSource: connection.apiUrlSource,
    tokenIsSet: connection.token !== null,
    tokenHint: connection.token === null ? null : tokenHint(connection.token) || null,
    tokenSource: connection.tokenSource,
    isTokenUnreadable: connection.isTokenUnreadable,
    caPem: connection.caPem,
    ownerMode: connection.ownerMode,
    hasEnvironment: call.env.VIRTFUSION_API_URL !== undefined && call.env.VIRTFUSION_API_TOKEN !== undefined,
    lastTest: test === null ? null : { ...describeConnectionTest(test), testedAt: test.testedAt, testedBy: test.testedBy, apiUrl: test.apiUrl, isInForce: test.isInForce },
    capabilities: capabilities.map((capability) => ({ ...capability, need: needs.get(capability.operation) ?? 'unused', seenAt: seenAt(capability.operation) })),
    updatedAt: row?.updatedAt.toISOString() ?? null,
    updatedBy: await findName(call.db, row?.updatedById ?? null),
    version: connection.version,
  }
}
