import type { Lifecycle } from '#shared/lifecycle/servers.ts'
import { canTransition, OPERATION_STATES } from '#shared/lifecycle/operations.ts'
import { uuidv7 } from 'uuidv7'
import { tellTabs } from '../../live-events.ts'
import { Prisma } from '../../generated/prisma/client.ts'
import { chainEvents } from '../event-chain.ts'
import type { ObservationPatch } from '../observation.ts'
import type { MadeCall, Move } from '../ports.ts'
import { jobFor } from '../schedule-operation.ts'
import { takesReadOf } from '../stored-times.ts'
import type { EngineNotice, Write } from '../writes.ts'
import { insertAttempt, insertCalls, LEASE_BEGINS_ANEW, MAY_SEND_UNDER_LEASE, updateAttempt, updateLostAttempts } from './attempts.ts'
import { assignments, toJsonb } from './sql.ts'
import { STANDING_COLUMNS, STANDING_TABLES } from './standing.ts'

type Of<T extends Write['type']> = Extract<Write, { type: T }>

/** Columns of the server's row, and in which of its lifecycles they may be set. */
interface RowPatch { patch: object, onlyIn?: readonly Lifecycle[] }

/** A notice to one person: its row needs nobody looked up. */
type PersonalNotice = EngineNotice & { to: { userId: string } }

/** What the statement can carry: one write of each of these kinds, for one statement changes a row once. */
export interface Carried {
  /** Written under the patch of the row that comes with it. Of two that stand against each other the statement answers with no row. */
  seen?: ObservationPatch
  server?: RowPatch
  /** Binds the row. What stands against it (it is bound already, a read of it is stored) makes the statement answer with no row. */
  isBinding?: boolean
  calls: MadeCall[]
  notice?: PersonalNotice & { id: string }
  begun?: Of<'attempt-begun'>
  completed?: Of<'attempt-completed'>
  lost?: Of<'attempts-lost'>
}

/** What goes with the transition in its statement, and what has to follow it in a transaction. `isRowApart` leaves the server's row to the latter. */
export function sortWrites(writes: readonly Write[], { isRowApart = false } = {}): { carried: Carried, others: Write[] } {
  const carried: Carried = { calls: [] }
  const others: Write[] = []
  for (const write of writes) {
    // What comes later in the list is written later: to the server's row nothing is carried past another write, and what was just begun may be lost at once.
    const isRowFree = !carried.server && others.length === 0 && !isRowApart
    if (write.type === 'call-made') carried.calls.push(write.call)
    else if (write.type === 'seen' && isRowFree && !carried.seen) carried.seen = write.patch
    else if (write.type === 'server' && isRowFree) carried.server = write
    else if (write.type === 'bound' && isRowFree && !carried.seen) Object.assign(carried, { server: { patch: bindingOf(write) }, isBinding: true })
    else if (write.type === 'notice' && !carried.notice && isPersonal(write.notice)) carried.notice = { ...write.notice, id: uuidv7() }
    else if (write.type === 'attempt-begun' && !carried.begun) carried.begun = write
    else if (write.type === 'attempt-completed' && !carried.completed) carried.completed = write
    else if (write.type === 'attempts-lost' && !carried.lost && !carried.begun) carried.lost = write
    else others.push(write)
  }
  return { carried, others }
}

const isPersonal = (notice: EngineNotice): notice is PersonalNotice => notice.to !== 'admins'

const bindingOf = ({ remote: { id, uuid, ownerId, isInEscrow, observation } }: Of<'bound'>) =>
  ({ virtfusionServerId: id, virtfusionUuid: uuid, virtfusionOwnerId: isInEscrow ? null : ownerId, ...observation })

/** What is not in the move itself: `frees` when it lets go of its owner. */
export interface Around { carried: Carried, frees: boolean, now: Date }

/**
 * One transition as one statement: the operation's row (only while the lease is held, only over the events that were read), its events,
 * the server's row, attempts, the next job and the hints to open tabs. It answers with what the next step begins with, or with no row;
 * then nothing of it stands. The server's row is locked first, as by everybody who writes it together with its operations.
 */
export function transitionStatement(move: Move, { carried, frees, now }: Around): Prisma.Sql {
  const { lease, before, server, transition, isOrderly } = move
  const { state, step, attempt, progress, nextAttemptAt, diagnosis, memory } = transition
  const events = chainEvents(before.eventHash, transition.events.map(({ code, params }) => ({ operationId: before.id, state, step, code, params: params ?? {}, actorId: null })))
  const columns = assignments({
    state, step, attempt, progress, nextAttemptAt, diagnosis, memory,
    eventHash: events.at(-1)?.hash ?? before.eventHash,
    ...(isOrderly ? { claims: 0 } : {}),
    ...(state === 'succeeded' && transition.result ? { result: transition.result } : {}),
    ...(transition.isFinal ? { finishedAt: now, harmHeldAt: null } : {}),
    ...(transition.goesOn ? {} : { leaseExpiresAt: null }),
    ...(frees ? { ownerLock: null } : {}),
  })
  const patchesRow = carried.server !== undefined || carried.seen !== undefined
  const keepsLease = transition.goesOn && carried.begun !== undefined
  const parts = [
    Prisma.sql`held as materialized (select * from servers where id = ${server.id}::uuid for update)`,
    Prisma.sql`moved as (
      update operations set ${columns}${keepsLease ? Prisma.sql`, ${LEASE_BEGINS_ANEW}` : Prisma.empty}, version = operations.version + 1, updated_at = now()
      from held where operations.id = ${lease.operationId}::uuid and lease_token = ${lease.token} and event_hash is not distinct from ${before.eventHash}
        and state::text = any(${OPERATION_STATES.filter((from) => canTransition(from, state))}::text[]) and ${carried.begun ? MAY_SEND_UNDER_LEASE : Prisma.sql`true`}
        and ${rowFits(carried)}
      returning operations.*)`,
    ...(events.length > 0 ? [Prisma.sql`events as (${insertEvents(events)})`] : []),
    ...(patchesRow ? [Prisma.sql`patched as (${patchServer(carried, server.id)})`] : []),
    ...(carried.calls.length > 0 ? [Prisma.sql`called as (${insertCalls(carried.calls, Prisma.sql`, moved`)})`] : []),
    ...(carried.notice ? [Prisma.sql`noticed as (${insertNotice(carried.notice)})`] : []),
    ...(carried.begun ? [Prisma.sql`begun as (${insertAttempt(carried.begun.attempt)} from moved)`] : []),
    ...(carried.completed ? [Prisma.sql`completed as (${updateAttempt(carried.completed.ending)} from moved where provisioning_logs.id = ${carried.completed.id}::uuid)`] : []),
    ...(carried.lost ? [Prisma.sql`lost as (${updateLostAttempts(before.id, carried.lost.action)} and exists (select from moved) and id is distinct from ${carried.completed?.id ?? null}::uuid)`] : []),
    Prisma.sql`told as materialized (select ${Prisma.join([...hints(move, carried), ...(nextAttemptAt ? [jobFor(before.id, nextAttemptAt)] : []), Prisma.sql`1`])} from moved)`,
    Prisma.sql`s as (${patchesRow ? Prisma.sql`select * from patched union all select * from held where not exists (select from patched)` : Prisma.sql`select * from held`})`,
  ]
  return Prisma.sql`with ${Prisma.join(parts)} select ${STANDING_COLUMNS} from moved o join told on true join s on true ${STANDING_TABLES}`
}

function insertEvents(events: ReturnType<typeof chainEvents>): Prisma.Sql {
  const rows = events.map(({ operationId, state, step, code, params, hash, previousHash }) =>
    Prisma.sql`(${uuidv7()}::uuid, ${operationId}::uuid, ${state}::"OperationState", ${step}, ${code}, ${toJsonb(params)}, ${hash}, ${previousHash})`)
  return Prisma.sql`insert into operation_events (id, operation_id, state, step, code, params, hash, previous_hash)
    select line.* from (values ${Prisma.join(rows)}) line, moved`
}

const isIn = (lifecycles: readonly Lifecycle[] | undefined) => (lifecycles ? Prisma.sql`lifecycle::text = any(${[...lifecycles]}::text[])` : Prisma.sql`true`)
const isNewest = (seen: ObservationPatch | undefined) => (seen ? takesReadOf(seen.observedAt) : Prisma.sql`true`)

/** The row stands as everything carried to it needs it; where it does not, each part has to be looked at by itself. */
function rowFits({ seen, server, isBinding }: Carried): Prisma.Sql {
  if (isBinding) return Prisma.sql`virtfusion_server_id is null and observed_at is null`
  return seen && server ? Prisma.sql`${isIn(server.onlyIn)} and ${isNewest(seen)}` : Prisma.sql`true`
}

/** What was only seen is no change by us, so it leaves the version. */
function patchServer({ seen, server }: Carried, serverId: string): Prisma.Sql {
  const columns = { ...seen, ...server?.patch }
  const parts = [...Object.keys(columns).length > 0 ? [assignments(columns)] : [], ...(server ? [Prisma.sql`version = servers.version + 1`] : []), Prisma.sql`updated_at = now()`]
  return Prisma.sql`update servers set ${Prisma.join(parts)} from moved where servers.id = ${serverId}::uuid and ${isIn(server?.onlyIn)} and ${isNewest(seen)} returning servers.*`
}

/** The same fact is told once; a person who is gone is told nothing. */
function insertNotice({ id, to: { userId }, level, code, params, link, dedupeKey }: NonNullable<Carried['notice']>): Prisma.Sql {
  return Prisma.sql`insert into notifications (id, user_id, level, code, params, link, dedupe_key)
    select ${id}::uuid, ${userId}::uuid, ${level}::"NotificationLevel", ${code}, ${toJsonb(params)}, ${link}, ${dedupeKey} from moved
    on conflict do nothing`
}

/** Open tabs read the operation again when its timeline or its reason changed, the server when its row did, and the person's notices when there is a new one. */
function hints({ before, server, transition }: Move, { seen, server: patch, notice }: Carried): Prisma.Sql[] {
  const audience = { admins: true, userId: server.customerId }
  const isNews = transition.events.length > 0 || (before.diagnosis === null) !== (transition.diagnosis === null)
  return [
    ...(isNews ? [tellTabs({ type: 'operation', operationId: before.id, serverId: before.serverId }, audience)] : []),
    ...(patch || seen ? [tellTabs({ type: 'server', serverId: before.serverId }, audience)] : []),
    ...(notice ? [tellTabs({ type: 'notification', notificationId: notice.id }, { admins: false, userId: notice.to.userId })] : []),
  ]
}
