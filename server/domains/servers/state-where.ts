import type { ServerState } from '#shared/lifecycle/servers.ts'
import type { Prisma } from '../../generated/prisma/client.ts'

const standsStill: Prisma.ServerWhereInput = { OR: [{ vanishedAt: { not: null } }, { operations: { some: { state: 'needs_attention' } } }] }
const runsOn: Prisma.ServerWhereInput = { vanishedAt: null, operations: { none: { state: 'needs_attention' } } }
const isWhole: Prisma.ServerWhereInput = { ...runsOn, lifecycle: 'active', deletionDueAt: null }

/** `describeState` as a query, word by word: what the filter finds is what the chip says. A test holds the two together. */
const WHERE: Record<ServerState, Prisma.ServerWhereInput> = {
  deleted: { lifecycle: 'deleted' },
  needs_attention: { lifecycle: { not: 'deleted' }, ...standsStill },
  deleting: { ...runsOn, lifecycle: 'deleting' },
  failed: { ...runsOn, lifecycle: 'failed' },
  provisioning: { ...runsOn, lifecycle: 'provisioning' },
  deletion_scheduled: { ...runsOn, lifecycle: 'active', deletionDueAt: { not: null } },
  suspended: { ...isWhole, suspendedAt: { not: null } },
  unknown: { ...isWhole, suspendedAt: null, observedAt: null },
  active: { ...isWhole, suspendedAt: null, observedAt: { not: null } },
}

/** The servers that `describeState` calls by this word. */
export function stateWhere(state: ServerState): Prisma.ServerWhereInput {
  return WHERE[state]
}
