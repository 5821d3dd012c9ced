import { HELD_BY_PANEL, SCHEDULED_STEP, givesWay, isActive, nameOperation, type OperationState } from './operations.ts'
import { no, yes, type Verdict } from './verdict.ts'

export const LIFECYCLES = ['provisioning', 'active', 'deleting', 'deleted', 'failed'] as const
export type Lifecycle = (typeof LIFECYCLES)[number]

export const POWER_STATES = ['running', 'stopped', 'paused', 'unknown'] as const
export type Power = (typeof POWER_STATES)[number]

/** What the rules below look at; every form of a server that a screen or the engine holds fits. */
export interface ServerFacts {
  lifecycle: Lifecycle
  power: Power
  suspension: object | null
  /** Who holds it is told to admins only. */
  deletion: { dueAt: string | Date, heldBy?: 'berth' | 'panel' } | null
  vanishedAt?: string | Date | null
  /** What a customer learns of `vanishedAt` and `isInDoubt`. */
  isMissing?: boolean
  /** The panel has shown it with another owner, or another server in its place: it may not be this customer's any more. */
  isInDoubt?: boolean
  /** Only admins know of it; a customer can neither delete nor rebuild. */
  isProtected?: boolean
  freshness?: 'live' | 'stale' | 'unknown'
  operation: { kind: string, state: OperationState, step?: string } | null
}

/** The one word that the status chip shows. Built from the three axes for people; nothing decides by it. */
export const SERVER_STATES = ['active', 'provisioning', 'suspended', 'deletion_scheduled', 'deleting', 'failed', 'needs_attention', 'unknown', 'deleted'] as const
export type ServerState = (typeof SERVER_STATES)[number]

export function describeState(server: ServerFacts): ServerState {
  if (server.lifecycle === 'deleted') return 'deleted'
  if (server.operation?.state === 'needs_attention' || hasVanished(server)) return 'needs_attention'
  if (server.lifecycle === 'deleting') return 'deleting'
  if (server.lifecycle === 'failed') return 'failed'
  if (server.lifecycle === 'provisioning') return 'provisioning'
  if (server.deletion) return 'deletion_scheduled'
  if (server.suspension) return 'suspended'
  if (server.freshness === 'unknown') return 'unknown'
  return 'active'
}

/** The panel does not show it any more. */
const hasVanished = ({ vanishedAt, isMissing }: ServerFacts): boolean => Boolean(vanishedAt) || isMissing === true

export const SERVER_ACTIONS = ['boot', 'shutdown', 'restart', 'poweroff', 'suspend', 'unsuspend', 'rebuild', 'rename', 'resize', 'transfer', 'reset-password', 'delete', 'cancel-deletion'] as const
export type ServerAction = (typeof SERVER_ACTIONS)[number]

const DELETED = 'This server is deleted.'
const BEING_DELETED = 'This server is being deleted.'

type Reason = (server: ServerFacts) => string

/** What the one who reads can do about it: customers have neither the buttons of admins nor the panel. */
const REASONS: Record<'admin' | 'customer', { failed: Reason, vanished: Reason }> = {
  admin: {
    failed: () => 'This server was never finished. Retry its operation, or delete it.',
    vanished: () => 'The panel no longer shows this server.',
  },
  customer: {
    failed: ({ operation }) => (operation?.state === 'failed' || operation?.state === 'needs_attention' ? 'This server is not ready. Your host is looking at it.' : 'This server was not finished. Write to the support of your host.'),
    vanished: () => 'Your host is looking at this server.',
  },
}

function findHolder({ operation }: ServerFacts, action: ServerAction): ServerFacts['operation'] {
  const holds = operation !== null && isActive(operation.state) && operation.step !== SCHEDULED_STEP && !givesWay(operation, action)
  return holds ? operation : null
}

/**
 * Whether an action can be asked for now: the domain refuses by it. That our row shows a server as it is wanted is no reason, for the row
 * may be old: the engine reads first, and "already so" is success.
 */
export function judgeAction(server: ServerFacts, action: ServerAction): Verdict {
  return judgeFor('admin', server, action)
}

function judgeFor(reader: 'admin' | 'customer', server: ServerFacts, action: ServerAction): Verdict {
  if (action === 'cancel-deletion') return judgeCancelDeletion(server)
  if (server.lifecycle === 'deleted') return no(DELETED)
  if (server.lifecycle === 'deleting') return no(BEING_DELETED)
  // The engine would stop in front of somebody, and what stands there keeps admins from suspending and deleting.
  if (reader === 'customer' && server.isInDoubt) return no(REASONS.customer.vanished(server))
  if (server.isProtected && (action === 'delete' || action === 'rebuild')) return no('This server is protected. Take the protection off first.')
  const holder = findHolder(server, action)
  if (holder) {
    const name = nameOperation(holder.kind)
    return no(holder.state === 'needs_attention' ? `${name} waits for a decision.` : `${name} is under way. Wait until it is finished.`)
  }
  if (action === 'delete') return server.deletion ? no('The deletion is already scheduled.') : yes
  if (server.lifecycle === 'failed') return no(REASONS[reader].failed(server))
  if (server.lifecycle === 'provisioning') return no('This server is still being made.')
  if (hasVanished(server)) return no(REASONS[reader].vanished(server))
  if (action === 'rename' || action === 'resize' || action === 'transfer' || action === 'suspend' || action === 'unsuspend') return yes
  return server.suspension ? no('This server is suspended.') : yes
}

/** Whether a scheduled deletion stands in front of a person: it does not begin by itself any more, not even when it is due. */
export function isDeletionHalted({ operation }: Pick<ServerFacts, 'operation'>): boolean {
  return operation?.kind === 'delete' && operation.step === SCHEDULED_STEP && operation.state === 'needs_attention'
}

/** Whether the day of a held deletion has come: it only waits for what is under way to end. `now` in ms. */
export function isDeletionDue(server: Pick<ServerFacts, 'lifecycle' | 'deletion' | 'operation'>, now: number): boolean {
  const { lifecycle, deletion } = server
  return lifecycle !== 'deleted' && deletion !== null && new Date(deletion.dueAt).getTime() <= now && !isDeletionHalted(server)
}

/** `judgeAction` for a customer: one who kept the server busy would put off for ever a deletion that is due. `now` in ms. */
export function judgeOwnAction(server: ServerFacts, action: ServerAction, now: number): Verdict {
  return isDeletionDue(server, now) ? no(BEING_DELETED) : judgeFor('customer', server, action)
}

/**
 * Nothing was sent for a deletion that Berth holds: neither what else is under way nor how far the server came stands against calling it
 * off. One that the panel holds was sent.
 */
export function judgeCancelDeletion({ lifecycle, deletion }: Pick<ServerFacts, 'lifecycle' | 'deletion'>): Verdict {
  if (lifecycle === 'deleted') return no(DELETED)
  if (deletion?.heldBy === 'panel') return no(HELD_BY_PANEL)
  if (lifecycle === 'deleting') return no(BEING_DELETED)
  return deletion ? yes : no('No deletion is scheduled.')
}

/** Whether a screen offers an action: what can be asked for, less what makes no sense by a live observation. An old one switches nothing off. */
export function judgeOffer(server: ServerFacts, action: ServerAction): Verdict {
  return narrowByObservation(judgeAction(server, action), server, action)
}

function narrowByObservation(verdict: Verdict, server: ServerFacts, action: ServerAction): Verdict {
  if (!verdict.allowed || server.freshness !== 'live') return verdict
  if (action === 'suspend') return server.suspension ? no('This server is already suspended.') : yes
  if (action === 'unsuspend') return server.suspension ? yes : no('This server is not suspended.')
  if (action === 'reset-password') return server.power === 'stopped' ? no('It is switched off. Start it first.') : yes
  if (action === 'boot') return server.power === 'running' ? no('It is already running.') : yes
  if (action === 'shutdown' || action === 'restart' || action === 'poweroff') return server.power === 'stopped' ? no('It is switched off.') : yes
  return yes
}

/** `judgeOffer` for a customer. `now` in ms. */
export function judgeOwnOffer(server: ServerFacts, action: ServerAction, now: number): Verdict {
  return narrowByObservation(judgeOwnAction(server, action, now), server, action)
}

/** All offers at once, for a row of buttons. */
export function offeredActions(server: ServerFacts): Record<ServerAction, Verdict> {
  return Object.fromEntries(SERVER_ACTIONS.map((action) => [action, judgeOffer(server, action)])) as Record<ServerAction, Verdict>
}
