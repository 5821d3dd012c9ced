import type { OperationKind } from '#shared/lifecycle/operations.ts'
import type { CreateModeState } from '#shared/schemas/engine-settings.ts'
import type { AbilityNeed, OwnerMode } from '#shared/schemas/settings.ts'
import { ABILITIES } from '../../virtfusion/abilities.ts'

/** What this Berth is used for, as far as it decides what the token must be allowed. */
export interface FeaturesInUse {
  ownerMode: OwnerMode
  /** How new orders are sent: the one that is in force. */
  createMode: CreateModeState['inForce']
  /** Some plan or server names an operating system to install. */
  installs: boolean
  /** Kinds of operations that somebody has asked for. */
  kinds: readonly OperationKind[]
  /** Somebody has asked for a new root password. */
  resetsPasswords: boolean
  /** A witness user is kept at the panel. */
  keepsWitness: boolean
}

/** Without these an operation of this kind fails. A deletion, a rebuild, a new size and a new owner are never sent for a server that was not read first. */
const REQUIRED_BY_KIND: Readonly<Record<OperationKind, readonly string[]>> = {
  create: ['servers.create'],
  suspend: ['servers.suspend'],
  unsuspend: ['servers.unsuspend'],
  delete: ['servers.get', 'servers.delete'],
  boot: ['servers.boot'],
  shutdown: ['servers.shutdown'],
  restart: ['servers.restart'],
  poweroff: ['servers.poweroff'],
  rebuild: ['servers.get', 'servers.build'],
  rename: ['servers.rename'],
  resize: ['servers.get', 'servers.modifyMemory', 'servers.modifyCpuCores', 'servers.modifyTraffic'],
  transfer: ['servers.get', 'servers.changeOwner'],
}
/** An order for a throw-away user is sent only where the user can be found again, looked at, deleted after a loss, and its server given away. */
const REQUIRED_BY_ESCROW = ['users.create', 'users.getByExtRelation', 'users.deleteByExtRelation', 'servers.listByUser', 'servers.changeOwner', 'servers.get', 'servers.list']
const POWER_KINDS: readonly OperationKind[] = ['boot', 'shutdown', 'restart', 'poweroff']

/** Everything works without them, but names, states and results are then unknown. */
const ALWAYS_USEFUL = [
  'connection.connect', 'connection.status', 'packages.list', 'hypervisorGroups.list', 'templates.fromPackage', 'servers.get', 'serverNetwork.getTraffic', 'servers.list',
  'servers.listByUser',
]

/**
 * The smallest permission list for the features in use: per operation `required` where they fail without it, `useful` where they only
 * know less, `unused` otherwise. Pure.
 */
export function judgeNeeds({ ownerMode, createMode, installs, kinds, resetsPasswords, keepsWitness }: FeaturesInUse): Map<string, AbilityNeed> {
  const hasOwners = ownerMode === 'customer'
  const required = new Set([
    'servers.create',
    ...(hasOwners ? ['users.create', 'users.createAuthenticationToken'] : []),
    ...(createMode === 'escrow' ? REQUIRED_BY_ESCROW : []),
    ...(installs ? ['servers.build'] : []),
    ...kinds.flatMap((kind) => REQUIRED_BY_KIND[kind]),
    // A password is never set in a server that was not seen to be the right one.
    ...(resetsPasswords ? ['servers.get', 'servers.resetPassword'] : []),
    ...(keepsWitness ? ['users.create', 'users.getByExtRelation', 'users.changeByExtRelation'] : []),
  ])
  const useful = new Set([
    ...ALWAYS_USEFUL,
    ...(hasOwners ? ['users.getByExtRelation', 'users.createServerAuthenticationToken'] : []),
    ...(resetsPasswords || POWER_KINDS.some((kind) => kinds.includes(kind)) ? ['queue.get'] : []),
  ])
  const needOf = (operation: string): AbilityNeed => (required.has(operation) ? 'required' : useful.has(operation) ? 'useful' : 'unused')
  return new Map(ABILITIES.map(({ operation }) => [operation, needOf(operation)]))
}
