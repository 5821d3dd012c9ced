import { describeState, SERVER_STATES, type Lifecycle, type ServerState } from '#shared/lifecycle/servers.ts'
import type { Db } from '../../context.ts'

interface Group {
  lifecycle: Lifecycle
  standsStill: boolean
  hasVanished: boolean
  isDue: boolean
  isSuspended: boolean
  isObserved: boolean
  servers: number
}

/** How many servers each word of `describeState` fits, in one pass; words without servers count 0. */
export async function countByState(db: Db): Promise<Record<ServerState, number>> {
  const groups = await db.$queryRaw<Group[]>`
    select s.lifecycle, o.server_id is not null as "standsStill", s.vanished_at is not null as "hasVanished", s.deletion_due_at is not null as "isDue",
      s.suspended_at is not null as "isSuspended", s.observed_at is not null as "isObserved", count(*)::int as servers
    from servers s left join (select distinct server_id from operations where state = 'needs_attention') o on o.server_id = s.id
    group by 1, 2, 3, 4, 5, 6`
  const counts = Object.fromEntries(SERVER_STATES.map((state) => [state, 0])) as Record<ServerState, number>
  for (const group of groups) counts[describeGroup(group)] += group.servers
  return counts
}

function describeGroup(group: Group): ServerState {
  return describeState({
    lifecycle: group.lifecycle,
    power: 'unknown',
    suspension: group.isSuspended ? {} : null,
    deletion: group.isDue ? { dueAt: new Date(0) } : null,
    vanishedAt: group.hasVanished ? new Date(0) : null,
    freshness: group.isObserved ? 'live' : 'unknown',
    operation: group.standsStill ? { kind: 'create', state: 'needs_attention' } : null,
  })
}
