import { canTransition, OPERATION_STATES } from '#shared/lifecycle/operations.ts'
import { v7 as uuidv7 } from 'uuid'
import { tellTabs } from '../../live-events.ts'
import { Prisma } from '../../generated/prisma/client.ts'
import { chainEvents } from '../event-chain.ts'
import type { Move } from '../ports.ts'
import { jobFor } from '../schedule-operation.ts'
import type { Write } from '../writes.ts'
import { insertAttempt, maySend, updateAttempt, updateLostAttempts } from './attempts.ts'
import { assignments, toJsonb } from './sql.ts'
import { STANDING_COLUMNS, STANDING_TABLES } from './standing.ts'

type Of<T extends Write['type']> = Extract<Write, { type: T }>

/** What the statement can carry: at most one write of each of these kinds, for one statement changes a row once. */
export interface Carried {
  patch?: Of<'server'>
  begun?: Of<'attempt-begun'>
  completed?: Of<'attempt-completed'>
  lost?: Of<'attempts-lost'>
}

/** What goes with the transition in its statement, and what has to follow it in a transaction. Their order does not matter: they change different rows, or say so here. */
export function sortWrites(writes: readonly Write[]): { carried: Carried, others: Write[] } {
  const carried: Carried = {}
  const others: Write[] = []
  for (const write of writes) {
    if (write.type === 'server' && !carried.patch) carried.patch = write
    else if (write.type === 'attempt-begun' && !carried.begun) carried.begun = write
    else if (write.type === 'attempt-completed' && !carried.completed) carried.completed = write
    else if (write.type === 'attempts-lost' && !carried.lost) carried.lost = write
    else others.push(write)
  }
  return { carried, others }
}

interface Around { carried: Carried, frees: boolean, now: Date }

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
    ...(transition.isFinal ? { finishedAt: now } : {}),
    ...(transition.goesOn ? {} : { leaseExpiresAt: null }),
    ...(frees ? { ownerLock: null } : {}),
  })
  const parts = [
    Prisma.sql`held as materialized (select * from servers where id = ${server.id}::uuid for update)`,
    Prisma.sql`moved as (
      update operations set ${columns}, version = operations.version + 1, updated_at = now()
      from held where operations.id = ${lease.operationId}::uuid and lease_token = ${lease.token} and event_hash is not distinct from ${before.eventHash}
        and state::text = any(${OPERATION_STATES.filter((from) => canTransition(from, state))}::text[]) and ${carried.begun ? maySend(carried.begun.attempt) : Prisma.sql`true`}
      returning operations.*)`,
    ...(events.length > 0 ? [Prisma.sql`events as (${insertEvents(events)})`] : []),
    ...(carried.patch ? [Prisma.sql`patched as (${patchServer(carried.patch, server.id)})`] : []),
    ...(carried.begun ? [Prisma.sql`begun as (${insertAttempt(carried.begun.attempt)} from moved)`] : []),
    ...(carried.completed ? [Prisma.sql`completed as (${updateAttempt(carried.completed.ending)} from moved where provisioning_logs.id = ${carried.completed.id}::uuid)`] : []),
    ...(carried.lost ? [Prisma.sql`lost as (${updateLostAttempts(before.id, carried.lost.action)} and exists (select from moved) and id is distinct from ${carried.completed?.id ?? null}::uuid)`] : []),
    Prisma.sql`told as materialized (select ${Prisma.join([...hints(move, carried), ...(nextAttemptAt ? [jobFor(before.id, nextAttemptAt)] : []), Prisma.sql`1`])} from moved)`,
    Prisma.sql`s as (${carried.patch ? Prisma.sql`select * from patched union all select * from held where not exists (select from patched)` : Prisma.sql`select * from held`})`,
  ]
  return Prisma.sql`with ${Prisma.join(parts)} select ${STANDING_COLUMNS} from moved o join told on true join s on true ${STANDING_TABLES}`
}

function insertEvents(events: ReturnType<typeof chainEvents>): Prisma.Sql {
  const rows = events.map(({ operationId, state, step, code, params, hash, previousHash }) =>
    Prisma.sql`(${uuidv7()}::uuid, ${operationId}::uuid, ${state}::"OperationState", ${step}, ${code}, ${toJsonb(params)}, ${hash}, ${previousHash})`)
  return Prisma.sql`insert into operation_events (id, operation_id, state, step, code, params, hash, previous_hash)
    select line.* from (values ${Prisma.join(rows)}) line, moved`
}

function patchServer({ patch, onlyIn }: Of<'server'>, serverId: string): Prisma.Sql {
  return Prisma.sql`update servers set ${Prisma.join([...Object.keys(patch).length > 0 ? [assignments(patch)] : [], Prisma.sql`version = servers.version + 1`, Prisma.sql`updated_at = now()`])} from moved
    where servers.id = ${serverId}::uuid and ${onlyIn ? Prisma.sql`lifecycle::text = any(${[...onlyIn]}::text[])` : Prisma.sql`true`} returning servers.*`
}

/** Open tabs read the operation again when its timeline or its reason changed, and the server when its row did. */
function hints({ before, server, transition }: Move, { patch }: Carried): Prisma.Sql[] {
  const audience = { admins: true, userId: server.customerId }
  const isNews = transition.events.length > 0 || (before.diagnosis === null) !== (transition.diagnosis === null)
  return [
    ...(isNews ? [tellTabs({ type: 'operation', operationId: before.id, serverId: before.serverId }, audience)] : []),
    ...(patch ? [tellTabs({ type: 'server', serverId: before.serverId }, audience)] : []),
  ]
}
