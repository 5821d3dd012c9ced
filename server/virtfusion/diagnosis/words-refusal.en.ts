import { SETTINGS, type Phrase } from './say.ts'

const PLAN_FIX = 'Open the plan, correct the key and run Check plan.'

/** The panel understood and refused, failed, or answered in a form that can't be used. */
export const refusalWords: Readonly<Record<string, Phrase>> = {
  owner_is_email: say => ({
    title: 'An e-mail address where a user id belongs',
    cause: `${say.get('key')} holds an e-mail address. VirtFusion wants the number of the user.`,
    fix: 'Look the user up in VirtFusion under Users and enter the id. Then run Check plan.',
  }),
  name_instead_of_id: say => ({
    title: 'A name where an id belongs',
    cause: `${say.get('key')} holds text. VirtFusion wants a number.`,
    fix: 'Enter the id that VirtFusion shows in its list. Then run Check plan.',
  }),
  id_not_a_number: say => ({
    title: 'Not a usable id',
    cause: `${say.get('key')} is not a whole number above zero.`,
    fix: 'Enter the id that VirtFusion shows in its list.',
  }),
  unauthorized: () => ({
    title: 'Token not accepted',
    cause: 'The panel refused the API token. It is wrong, it has expired, or the address of this machine is not on the token\'s list of allowed addresses.',
    fix: `Compare the token in VirtFusion under Configuration, API: its expiry and its IP addresses. Then save it at ${SETTINGS}.`,
  }),
  forbidden: say => ({
    title: 'Permission missing',
    cause: `The API token is valid but may not ${say.ability}.`,
    fix: `In VirtFusion under Configuration, API, allow the token to ${say.ability}, or do without this feature. If all calls are refused, the address of this machine may be missing in the token's list of allowed addresses.`,
  }),
  record_not_found: say => ({
    title: 'Not found at the panel',
    cause: `VirtFusion has no such record any more (asked to ${say.ability}).`,
    fix: 'Check in VirtFusion whether it was removed there.',
  }),
  conflict: say => ({
    title: 'Conflicts with the current state',
    cause: `VirtFusion can't do this now, for example because the same is already scheduled.${say.panelSaid}`,
    fix: 'Wait until the panel has finished what it is doing. Berth tries again.',
  }),
  locked: say => ({
    title: 'Server is busy',
    cause: `VirtFusion has tasks pending for this server, or it is in do-not-disturb mode.${say.panelSaid}`,
    fix: 'Wait until they have ended. Berth tries again.',
  }),
  rate_limited: say => ({
    title: 'Too many calls',
    cause: 'The rate limit of the API token, or of a proxy before the panel, is used up.',
    fix: `${say.has('retryAfterSeconds') ? `The panel asks to wait ${say.get('retryAfterSeconds')} seconds. ` : ''}Berth slows down and tries again. Raise the limit of the token, or of the proxy, if this happens often.`,
  }),
  maintenance: () => ({
    title: 'Hypervisor in maintenance',
    cause: 'The panel refuses for now: the hypervisor, or the panel itself, is in maintenance mode.',
    fix: 'Wait until the maintenance has ended, or end it in VirtFusion.',
  }),
  package_disabled: say => ({
    title: 'Package is disabled',
    cause: `The package${say.value} exists in VirtFusion but is disabled, so no server can be made from it.`,
    fix: 'Enable it in VirtFusion, or choose another package in the plan.',
  }),
  package_unknown: say => ({
    title: 'Unknown package',
    cause: `VirtFusion does not accept the package${say.value}.${say.panelSaid}`,
    fix: PLAN_FIX,
  }),
  owner_unknown: say => ({
    title: 'Unknown owner',
    cause: `VirtFusion does not accept the user${say.value} as the owner. It wants the user's own id, not an e-mail address or an external relation.${say.panelSaid}`,
    fix: 'Look the user up in VirtFusion under Users. For a plan\'s owner, correct the key and run Check plan.',
  }),
  hypervisor_group_unknown: say => ({
    title: 'Unknown hypervisor group',
    cause: `VirtFusion does not accept the hypervisor group${say.value}. This key takes the id of a hypervisor group, not of a hypervisor.${say.panelSaid}`,
    fix: 'Look the id up in VirtFusion under Compute, Hypervisor groups, and check that the group is enabled. Then run Check plan.',
  }),
  template_unknown: say => ({
    title: 'Operating system not available',
    cause: `VirtFusion does not offer the template${say.value} for this package.${say.panelSaid}`,
    fix: 'Choose an operating system that the package offers, or add it to the package in VirtFusion.',
  }),
  firewall_ruleset_unknown: say => ({
    title: 'Unknown firewall ruleset',
    cause: `VirtFusion does not accept one of the firewall rulesets.${say.panelSaid}`,
    fix: PLAN_FIX,
  }),
  no_capacity_memory: say => ({
    title: 'Not enough memory',
    cause: `No hypervisor in the group has enough free memory.${say.panelSaid}`,
    fix: 'Free memory, add a hypervisor to the group, or choose another group in the plan.',
  }),
  no_capacity_disk: say => ({
    title: 'Not enough disk space',
    cause: `No hypervisor in the group has enough free storage.${say.panelSaid}`,
    fix: 'Free storage, add a hypervisor to the group, or choose another group in the plan.',
  }),
  no_capacity_ipv4: say => ({
    title: 'No IPv4 address left',
    cause: `The hypervisor group has not enough free IPv4 addresses.${say.panelSaid}`,
    fix: 'Add an IP block to the group in VirtFusion, or lower the number of addresses in the plan.',
  }),
  no_capacity_cpu: say => ({
    title: 'Not enough CPU cores',
    cause: `No hypervisor in the group has enough free CPU cores.${say.panelSaid}`,
    fix: 'Free cores, add a hypervisor to the group, or choose another group in the plan.',
  }),
  no_capacity: say => ({
    title: 'No room in the hypervisor group',
    cause: `No hypervisor in the group can take the server.${say.panelSaid}`,
    fix: 'Check in VirtFusion that the group has enabled hypervisors with memory, storage and addresses to spare.',
  }),
  email_taken: () => ({
    title: 'E-mail address in use at the panel',
    cause: 'VirtFusion has another user with this e-mail address, so it can\'t make a new one.',
    fix: 'If that user is this customer, choose "Link to a panel user" on the customer\'s page; a user without external relation needs one in VirtFusion first. Else change the e-mail address.',
  }),
  user_taken: say => ({
    title: 'The panel has such a user already',
    cause: `VirtFusion has another user with this e-mail address or external relation, so it can't make a new one.${say.panelSaid}`,
    fix: 'Look in VirtFusion under Users which one has them. For a customer, link that user on the customer\'s page, or change the e-mail address.',
  }),
  relation_taken: () => ({
    title: 'External relation in use at the panel',
    cause: 'VirtFusion has another user with this external relation id.',
    fix: 'Check in VirtFusion which user has it. Two systems that number their customers alike look like this.',
  }),
  value_refused: say => ({
    title: 'Value not accepted',
    cause: `VirtFusion does not accept the value of ${say.get('key')}.${say.panelSaid}`,
    fix: 'Correct the value and try again.',
  }),
  refused: say => ({
    title: 'Refused by the panel',
    cause: `VirtFusion refused to ${say.ability}.${say.panelSaid}`,
    fix: 'Compare the request in the provisioning log with what exists in VirtFusion.',
  }),
  proxy_error: say => ({
    title: 'The panel\'s proxy reports an error',
    cause: `Status ${say.get('status')}: the web server in front of VirtFusion got no proper answer from it.`,
    fix: 'Check that VirtFusion and its PHP service are running. Berth tries again.',
  }),
  panel_error: say => ({
    title: 'Error inside the panel',
    cause: `VirtFusion answered with status ${say.get('status')}: something failed on its side.`,
    fix: 'Look into the log of VirtFusion at the time shown. Berth tries again.',
  }),
  unreadable_answer: () => ({
    title: 'Answer can\'t be read',
    cause: 'The panel answered, but not in the form that its API promises.',
    fix: 'Check for a proxy that changes answers. If the panel was updated, look for a newer version of Berth.',
  }),
  unexpected_status: say => ({
    title: 'Unexpected answer',
    cause: `The panel answered with status ${say.get('status') || 'unknown'}, which its API does not provide for.`,
    fix: 'Look at the answer in the provisioning log; a proxy in between may have given it.',
  }),
  internal_error: () => ({
    title: 'Error inside Berth',
    cause: 'Something failed on Berth\'s side, not at the panel.',
    fix: 'Look into the log of Berth with the request id.',
  }),
}
