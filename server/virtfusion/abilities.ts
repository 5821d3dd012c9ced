/** One thing that a token may be allowed to do, and what Berth needs it for. */
export interface Ability {
  operation: string
  /** Completes "the token may ...". */
  ability: string
  /** Completes "needed by ...". */
  neededBy: string
}

/** Every ability that Berth uses, in the order in which the settings screen lists them. */
export const ABILITIES: readonly Ability[] = [
  { operation: 'connection.connect', ability: 'test the connection', neededBy: 'Test connection' },
  { operation: 'connection.status', ability: 'read the panel status', neededBy: 'the version on the settings screen' },
  { operation: 'packages.list', ability: 'list packages', neededBy: 'package names in the plan form' },
  { operation: 'hypervisorGroups.list', ability: 'list hypervisor groups', neededBy: 'group names in the plan form' },
  { operation: 'templates.fromPackage', ability: 'list the templates of a package', neededBy: 'operating system names in plans and orders' },
  { operation: 'servers.create', ability: 'create servers', neededBy: 'new servers' },
  { operation: 'servers.build', ability: 'build servers', neededBy: 'installing and rebuilding servers' },
  { operation: 'servers.get', ability: 'read a server', neededBy: 'server pages and the progress of every operation' },
  { operation: 'serverNetwork.getTraffic', ability: 'read the traffic of a server', neededBy: 'the traffic used on server pages' },
  { operation: 'servers.list', ability: 'list all servers', neededBy: 'sweeps, drift and orphans' },
  { operation: 'servers.listByUser', ability: 'list the servers of a user', neededBy: 'finding a new server after a lost answer, and throw-away users' },
  { operation: 'servers.suspend', ability: 'suspend servers', neededBy: 'suspending' },
  { operation: 'servers.unsuspend', ability: 'unsuspend servers', neededBy: 'unsuspending' },
  { operation: 'servers.delete', ability: 'delete servers', neededBy: 'deleting' },
  { operation: 'servers.boot', ability: 'boot servers', neededBy: 'the power buttons' },
  { operation: 'servers.shutdown', ability: 'shut servers down', neededBy: 'the power buttons' },
  { operation: 'servers.restart', ability: 'restart servers', neededBy: 'the power buttons' },
  { operation: 'servers.poweroff', ability: 'power servers off', neededBy: 'the power buttons' },
  { operation: 'queue.get', ability: 'read queue items', neededBy: 'the progress of power actions and new passwords' },
  { operation: 'servers.resetPassword', ability: 'reset the password of a server', neededBy: 'Reset root password' },
  { operation: 'servers.rename', ability: 'rename servers', neededBy: 'showing the same name in the panel' },
  { operation: 'servers.modifyMemory', ability: 'change the memory of a server', neededBy: 'pushing our size to the panel' },
  { operation: 'servers.modifyCpuCores', ability: 'change the cores of a server', neededBy: 'pushing our size to the panel' },
  { operation: 'servers.modifyTraffic', ability: 'change the traffic of a server', neededBy: 'pushing our size to the panel' },
  { operation: 'servers.changeOwner', ability: 'change the owner of a server', neededBy: 'pushing our owner to the panel, and throw-away users' },
  { operation: 'users.getByExtRelation', ability: 'find users by external relation', neededBy: 'one panel user per customer, the witness, and throw-away users' },
  { operation: 'users.create', ability: 'create users', neededBy: 'one panel user per customer, the witness, and throw-away users' },
  { operation: 'users.changeByExtRelation', ability: 'change users by external relation', neededBy: 'the witness by which the panel is known again' },
  { operation: 'users.deleteByExtRelation', ability: 'delete users by external relation', neededBy: 'throw-away users' },
  { operation: 'users.createAuthenticationToken', ability: 'sign users in', neededBy: 'panel sign-in' },
  { operation: 'users.createServerAuthenticationToken', ability: 'sign users in at a server', neededBy: 'panel sign-in on a server page' },
]

/** Operations that need the permission of another one, or are named by no screen. */
const OTHER: Readonly<Record<string, string>> = {
  'servers.createDryRun': 'create servers',
  'packages.get': 'read a package',
  'hypervisorGroups.get': 'read a hypervisor group',
  'hypervisorGroups.resources': 'read the resources of a hypervisor group',
  'templates.fromServer': 'list the templates of a server',
}

/** The ability that an operation takes, in words. */
export function abilityOf(operation: string): string {
  return ABILITIES.find(entry => entry.operation === operation)?.ability ?? OTHER[operation] ?? operation
}
