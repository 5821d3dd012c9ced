import type { Store } from '../../../server/engine/ports.ts'
import { isUniqueViolation } from '../../../server/engine/postgres/sql.ts'
import { AppError } from '../../../server/errors.ts'
import { Prisma } from '../../../server/generated/prisma/client.ts'
import { ConstraintError, type MemoryDatabase } from '../simulation/memory-database.ts'

export type Verb = keyof Store
export type VerbCall = { [K in Verb]: { verb: K, args: Parameters<Store[K]> } }[Verb]

type OnMemory = { [K in Verb]: (database: MemoryDatabase, ...args: Parameters<Store[K]>) => Awaited<ReturnType<Store[K]>> }

const ON_MEMORY: OnMemory = {
  claim: (database, id) => database.claim(id),
  renew: (database, lease) => database.renew(lease),
  handOver: (database, lease) => database.handOver(lease),
  schedule: (database, id, at) => database.schedule(id, at.getTime()),
  write: (database, move) => database.write(move),
  writeFacts: (database, operation, _server, facts) => database.writeFacts(operation, facts),
  beginAttempt: (database, attempt, lease) => database.beginAttempt(attempt, lease),
  completeAttempt: (database, id, ending) => database.completeAttempt(id, ending),
  recordCall: (database, call) => database.recordCall(call),
  completeLostAttempts: (database, id, action) => database.completeLostAttempts(id, action),
  findLastAttempt: (database, id, action) => database.findLastAttempt(id, action),
  takeOwner: (database, lease, ownerId) => database.takeOwner(lease, ownerId),
  findBound: (database, remotes, except) => database.findBound(remotes, except),
  keepPanelUser: (database, id, userId) => database.keepPanelUser(id, userId),
  isGivenAgain: (database, userId, relation) => database.isGivenAgain(userId, relation),
  findPanelUser: (database, id) => database.findPanelUser(id),
  hasSiblingMakingUser: (database, id, customerId) => database.hasSiblingMakingUser(id, customerId),
  believeAbsence: (database, serverId, at) => database.believeAbsence(serverId, at),
  findRival: (database, serverId, id) => database.findRival(serverId, id),
  mayProbe: (database) => database.mayProbe(),
  spendHarm: (database, operation) => database.spendHarm(operation),
  installationName: () => 'berth-simulation',
  createSettings: (database) => database.settings,
}

/** What came of a call: what it resolved to, or the name of what was thrown. */
export type Answer = { value: unknown } | { error: string }

export function callMemory(database: MemoryDatabase, { verb, args }: VerbCall): Answer {
  return answerOf(() => (ON_MEMORY[verb] as (database: MemoryDatabase, ...given: unknown[]) => unknown)(database, ...args))
}

export function answerOf(run: () => unknown): Answer {
  try {
    return { value: run() ?? null }
  }
  catch (error) {
    return { error: nameOf(error) }
  }
}

/** The name that both stores give to the same failure. */
export function nameOf(error: unknown): string {
  if (error instanceof ConstraintError) return 'constraint'
  if (isUniqueViolation(error)) return 'constraint'
  // A statement of ours in a transaction of Prisma's.
  if (error instanceof Prisma.PrismaClientKnownRequestError && JSON.stringify(error.meta ?? {}).includes('UniqueConstraintViolation')) return 'constraint'
  if (error instanceof Prisma.PrismaClientKnownRequestError) return error.code === 'P2002' ? 'constraint' : error.code === 'P2025' ? 'not found' : error.code
  if (!(error instanceof Error)) return String(error)
  if (error instanceof AppError) return { operation_changed: 'LeaseLostError', operation_state_conflict: 'LeaseLostError', operation_active: 'constraint' }[error.reason] ?? error.reason
  return error.name === 'Error' && error.message.startsWith('no ') ? 'not found' : error.name === 'Error' ? error.message : error.name
}
