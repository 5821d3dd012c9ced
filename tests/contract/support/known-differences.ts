/**
 * Where the client knowingly goes beyond the specification, or reads it against the letter. Each entry says whence it is known;
 * a test fails when an entry is no longer needed.
 */

/** Operations that stand on the newer documentation pages only, or use a published one in a second way. */
export const BEYOND_OPERATIONS: Readonly<Record<string, string>> = {
  'connection.status': 'docs.virtfusion.com, operation getControlStatus, since 7.1.0',
  'rescue.get': 'docs.virtfusion.com, tag Servers / Rescue, since 7.1.0',
  'rescue.start': 'docs.virtfusion.com, tag Servers / Rescue, since 7.1.0',
  'users.change': 'docs.virtfusion.com, PUT /users/{userId}, since 7.1.0',
  'servers.createDryRun': 'the published POST /servers with dryRun=true',
}

/** Query parameters that the specification does not list: operation -> name -> source. */
export const BEYOND_QUERY: Readonly<Record<string, string>> = {
  'servers.list page': 'docs.virtfusion.com; the answer\'s own page links carry it',
  'hypervisors.list page': 'docs.virtfusion.com; the answer\'s own page links carry it',
  'hypervisorGroups.list page': 'docs.virtfusion.com; the answer\'s own page links carry it',
  'hypervisorGroups.resources page': 'the answer\'s own page links carry it',
  'ipBlocks.list page': 'docs.virtfusion.com; the answer\'s own page links carry it',
}

/** Body fields that the specification does not list. */
export const BEYOND_BODY: Readonly<Record<string, string>> = {
  'servers.build timezone': 'docs.virtfusion.com, body of the build',
}

/** Bodies that the specification shows by a slip: a copy of the body of `POST /servers/{serverId}/traffic/blocks`. */
export const COPIED_BODIES: ReadonlySet<string> = new Set(['serverNetwork.listTrafficBlocks', 'serverNetwork.removeTrafficBlock'])

/** Values of examples that we read as unknown on purpose: operation and field -> reason. */
export const KNOWN_LOSSES: Readonly<Record<string, string>> = {
  'servers.get remoteState': 'false stands for "not asked for"',
}

/** Fields that we give out and that no example of the resource shows under that name: resource and field -> source. */
export const BEYOND_ANSWERS: Readonly<Record<string, string>> = {
  'connection version': 'looked for in every form that integrations report; the published answer is empty',
  'queue errorMessage': 'made from errors.exception.message',
  'servers os.templateName': 'seen on live panels by the EZSCALE module',
  'users expiresAt': 'made from authentication.expiry',
  'users ttlSeconds': 'made from authentication.expiry',
  'users url': 'made from authentication.endpoint_complete',
}

/** Where the simulator's answer differs from an example on purpose: operation and place -> reason. */
export const SIMULATOR_DIFFERENCES: Readonly<Record<string, string>> = {
  'servers.create /data/hypervisor/resources/otherStorage': 'its hypervisors have one storage each',
  'servers.create /data/tasks/actions/pending': 'a new server of its own has no change that waits',
  'servers.get /data/settings/config': 'an empty object, which PHP writes as []',
  'servers.get /data/network/secondaryInterfaces': 'its servers have one interface',
  'servers.build /data/settings/config': 'an empty object, which PHP writes as []',
}
