import type { OperationState } from '#shared/lifecycle/operations.ts'
import type { Operation, Prisma } from '../../generated/prisma/client.ts'
import type { VirtFusionServer } from '../../virtfusion/schemas/servers.ts'
import { remember } from '../decide-transition.ts'
import type { Happening } from '../outcome.ts'
import { forgetSend } from '../plan-retry.ts'
import { memoryOf, type Subject } from '../run.ts'
import { boundTo } from '../steps/create/bound-to.ts'
import type { Write } from '../writes.ts'
import { noteFresh, readCreateMemory } from './memory.ts'
import { onceBound } from './once-bound.ts'

/** What a person's decision writes: over the very state that was judged, and away from whoever holds it. */
export interface Resolution {
  state: Extract<OperationState, 'queued' | 'cancelled'>
  step?: string
  memory?: Prisma.InputJsonObject
  /** A new beginning: attempts count from 0 again. */
  isFresh?: boolean
  freesOwner?: boolean
  event: Happening
  writes?: readonly Write[]
}

interface Adopting { operation: Pick<Operation, 'memory'>, server: Pick<Subject, 'suspendedAt'>, now(): Date, remote: VirtFusionServer, ownerId: number, reason: string }

/** This remote server is the ordered one: it is bound, and the installation goes on. */
export function adoption({ operation, server, now, remote, ownerId, reason }: Adopting): Resolution {
  const { escrow } = readCreateMemory(operation)
  return {
    state: 'queued', step: onceBound({ escrow }), freesOwner: true, isFresh: true,
    memory: remember(memoryOf(operation), { candidates: null, ...noteFresh(remote, now()) }) as Prisma.InputJsonObject,
    event: { code: 'adopted_by_person', params: { virtfusionServerId: remote.id, reason } },
    writes: [boundTo({ now, server }, remote, { ownerId, escrow })],
  }
}

/**
 * It never happened: a new attempt from the frozen order. What was sent for a throw-away user goes on at the fence: once that user is gone,
 * nothing can come of it any more, and the last look still finds what did.
 */
export function release(operation: Pick<Operation, 'memory'>, reason: string): Resolution {
  const { escrow, settleSince, sentAt } = readCreateMemory(operation)
  const event = { code: 'released_by_person', params: { reason } }
  // A turn that died over and over again has left its call without an ending.
  const writes: Write[] = [{ type: 'attempts-lost', action: 'servers.create' }]
  if (escrow && (sentAt ?? settleSince) !== undefined) {
    const memory = remember(memoryOf(operation), { candidates: null, fenced: null, firstFenced: null, escrow: { ...escrow, refusals: 0, absences: 0, isReleased: true } }) as Prisma.InputJsonObject
    return { state: 'queued', step: 'fence', isFresh: true, memory, event, writes }
  }
  return {
    state: 'queued', step: 'prepare', freesOwner: true, isFresh: true, memory: remember(memoryOf(operation), { ...forgetSend(memoryOf(operation)), firstFenced: null }) as Prisma.InputJsonObject,
    event, writes,
  }
}

/** The order is given up; whatever the panel may have made of it turns up as an orphan. */
export function abandonment(reason: string): Resolution {
  return { state: 'cancelled', event: { code: 'abandoned_by_person', params: { reason } }, writes: [{ type: 'server', onlyIn: ['provisioning'], patch: { lifecycle: 'failed' } }] }
}
