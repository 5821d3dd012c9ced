import { PANEL_DELAY_STEP, type OperationKind } from '#shared/lifecycle/operations.ts'
import type { Prisma } from '../generated/prisma/client.ts'
import { remember } from './decide-transition.ts'
import type { Learnt } from './outcome.ts'

interface RetryFacts { kind: OperationKind, step: string, memory: Prisma.JsonObject, isBound: boolean }

/** Steps that are only reached once the server belongs to whom it was ordered for. */
const AFTER_TRANSFER = new Set(['install', 'await_install', 'confirm'])

/** Steps of a deletion or a build that only look at what the panel has taken. */
const LOOKING = new Set(['await_install', 'confirm', PANEL_DELAY_STEP, 'verify'])

type ChangeFacts = Pick<RetryFacts, 'kind' | 'step' | 'memory'>

/** What the panel has taken is only looked for: neither a deletion nor a build is sent again. */
function isTaken({ kind, step, memory }: ChangeFacts): boolean {
  return (kind === 'delete' || kind === 'rebuild') && memory['acceptedAt'] !== undefined && LOOKING.has(step)
}

/** A build that has failed by the panel's own word came after what was typed: another one needs to be typed again. */
const hasFailedBuild = (memory: Prisma.JsonObject) => typeof memory['overBuild'] === 'string'

/** Whether there is something to look for, and nothing else is done, when a deletion or a rebuild is tried again. Pure. */
export function onlyLooks(facts: ChangeFacts): boolean {
  return isTaken(facts) && !hasFailedBuild(facts.memory)
}

/** Whether a rebuild knows what was on the disk when it was to be sent: over anything else it is not sent. Pure. */
export function isGuarded({ kind, memory }: Pick<RetryFacts, 'kind' | 'memory'>): boolean {
  return kind === 'rebuild' && typeof memory['builtBefore'] === 'string' && !hasFailedBuild(memory)
}

/** Where an operation that failed, or that waits for a person, goes on when it is tried again, and what it forgets. Pure. */
export function planRetry({ kind, step, memory, isBound }: RetryFacts): { step: string, memory: Prisma.JsonObject } {
  if (kind === 'create') return isBound ? goOnInstalling(step, memory) : { step: 'prepare', memory: remember(memory, forgetSend(memory)) }
  const fresh = remember(memory, { verifySince: null, looks: null, isUnknown: null, absentAt: null, stalls: null, stalledAt: null, queueId: null, installSince: null, refusals: null })
  if (isTaken({ kind, step, memory })) return { step, memory: fresh }
  return { step: 'check', memory: remember(fresh, { acceptedAt: null }) }
}

/** The server exists: the create call is over for good, whatever was wrong after it. */
function goOnInstalling(step: string, memory: Prisma.JsonObject): { step: string, memory: Prisma.JsonObject } {
  const kept = remember(memory, { absentAt: null, stalls: null, stalledAt: null, installSince: null })
  if (step === 'await_install' && memory['buildState'] !== undefined) return { step, memory: kept }
  if (step === 'confirm') return { step, memory: kept }
  if (memory['escrow'] !== undefined && !AFTER_TRANSFER.has(step)) return { step: 'transfer', memory: remember(kept, { transfers: null }) }
  // A build that may have been sent stays in memory: only a look, or the panel's own word that it failed, takes it away.
  return { step: 'install', memory: remember(kept, { mayReinstall: true }) }
}

/** What outlives an attempt to create: the frozen order, from which each begins, how many throw-away users it had, and what was sent for the first of them. */
const KEPT = new Set(['order', 'escrowNumber', 'firstFenced'])

/** What a new attempt to create forgets. */
export function forgetSend(memory: Prisma.JsonObject): Learnt {
  return Object.fromEntries(Object.keys(memory).filter((key) => !KEPT.has(key)).map((key) => [key, null]))
}
