import { abilityOf } from '../abilities.ts'
import type { DiagnosisParams } from './types.ts'

export interface Words {
  title: string
  cause: string
  fix: string
}

type Phrase = (say: Say) => Words

/** Parameters as they are spoken of. */
interface Say {
  /** A parameter as text; empty when it is absent. */
  get(name: string): string
  has(name: string): boolean
  /** `cp.example.com` and its port, or "the panel". */
  host: string
  hostAndPort: string
  /** What was tried, for example "create servers". */
  ability: string
  /** What the panel said about it, as a sentence of its own; empty when it said nothing. */
  panelSaid: string
  /** The value that was sent, in front of a noun: " 12", or empty. */
  value: string
}

const PLAN_FIX = 'Open the plan, correct the key and run Check plan.'
const SETTINGS = 'Settings, API credentials'

/** Sentence material for every code that `diagnose` gives. `mayHaveActed` is added by `describeDiagnosis`. */
export const words: Readonly<Record<string, Phrase>> = {
  base_url_empty: () => ({
    title: 'No panel address',
    cause: 'The address of the VirtFusion panel is empty.',
    fix: `Enter it at ${SETTINGS}, for example https://cp.example.com.`,
  }),
  base_url_unparsable: () => ({
    title: 'Not a valid address',
    cause: 'The panel address can\'t be read as a URL.',
    fix: 'Enter it like https://cp.example.com, with the port behind it if it is not 443.',
  }),
  base_url_scheme_missing: say => ({
    title: 'The address lacks https://',
    cause: 'The panel address does not start with https://.',
    fix: say.has('correctedUrl') ? `Use ${say.get('correctedUrl')}.` : 'Put https:// in front of it.',
  }),
  base_url_protocol: () => ({
    title: 'Not a web address',
    cause: 'The panel address starts with something other than https://.',
    fix: 'Enter the address under which you open the panel in a browser.',
  }),
  base_url_credentials: () => ({
    title: 'User name or password in the address',
    cause: 'The panel address holds a user name or a password. VirtFusion uses an API token instead.',
    fix: 'Remove everything between https:// and the host name.',
  }),
  base_url_query: () => ({
    title: 'The address is too long',
    cause: 'The panel address holds a question mark and what follows it.',
    fix: 'Keep only the host name, and the port if there is one.',
  }),
  base_url_fragment: () => ({
    title: 'The address is too long',
    cause: 'The panel address holds a # sign and what follows it.',
    fix: 'Keep only the host name, and the port if there is one.',
  }),
  base_url_insecure: say => ({
    title: 'Plain http is not accepted',
    cause: 'With http the API token would travel unencrypted.',
    fix: `${say.has('correctedUrl') ? `Use ${say.get('correctedUrl')}.` : 'Use https.'} In a closed network, VIRTFUSION_ALLOW_HTTP=true permits http.`,
  }),

  blocked_address: say => ({
    title: 'This address is never contacted',
    cause: `${say.host} is, or resolves to, a link-local, metadata or multicast address, where no panel can be.`,
    fix: 'Enter the address of the VirtFusion control server. Private addresses such as 10.0.0.5 are fine.',
  }),
  blocked_port: say => ({
    title: 'This port can\'t be used',
    cause: `Port ${say.get('port')} is reserved for a service other than the web.`,
    fix: 'Enter the port under which you open the panel in a browser; usually it is 443 and can be left out.',
  }),
  host_not_found: say => ({
    title: 'Host name not found',
    cause: `There is no DNS record for ${say.host}.`,
    fix: `Check the spelling of the address at ${SETTINGS}. If the name is new or internal, check that this machine's DNS server knows it.`,
  }),
  dns_unavailable: say => ({
    title: 'DNS gives no answer',
    cause: `The DNS server of this machine did not answer when asked for ${say.host}.`,
    fix: 'Check the DNS settings and the network of the machine that runs Berth. Berth tries again.',
  }),
  connection_refused: say => ({
    title: 'Connection refused',
    cause: `${say.hostAndPort} was reached, but nothing accepts connections there.`,
    fix: 'Check the port in the address, and that the web server of the panel is running.',
  }),
  host_unreachable: say => ({
    title: 'Host can\'t be reached',
    cause: `There is no network route from this machine to ${say.host}.`,
    fix: 'Check the address, the network of this machine, and any VPN between it and the panel.',
  }),
  connect_timeout: say => ({
    title: 'No connection in time',
    cause: `${say.hostAndPort} did not answer the attempt to connect. A firewall that drops packets looks like this.`,
    fix: 'Check that the panel is up, and that its firewall lets this machine in.',
  }),
  tls_self_signed: say => ({
    title: 'Self-signed certificate',
    cause: `The certificate of ${say.host} is signed by itself, so nobody vouches for it.`,
    fix: 'Give the panel a certificate from a public authority, or save its certificate as a file and name it in VIRTFUSION_CA_FILE.',
  }),
  tls_unknown_authority: say => ({
    title: 'Certificate of an unknown authority',
    cause: `The certificate of ${say.host} is signed by an authority that this machine does not know, or the intermediate certificate is not sent along.`,
    fix: 'Install the full certificate chain on the panel. For a private authority, name its certificate in VIRTFUSION_CA_FILE.',
  }),
  tls_expired: say => ({
    title: 'Certificate expired',
    cause: `The certificate of ${say.host} is past its last day.`,
    fix: 'Renew the certificate on the panel. If it is valid there, check the clock of the machine that runs Berth.',
  }),
  tls_not_yet_valid: say => ({
    title: 'Certificate not valid yet',
    cause: `The certificate of ${say.host} starts to be valid in the future.`,
    fix: 'Check the clock of the machine that runs Berth, and the certificate on the panel.',
  }),
  tls_wrong_name: say => ({
    title: 'Certificate for another name',
    cause: `The server answered with a certificate that is not for ${say.host}.`,
    fix: 'Use the host name that the certificate is for; an IP address rarely is. Or give the panel a certificate for this name.',
  }),
  tls_failed: say => ({
    title: 'No secure connection',
    cause: `The TLS handshake with ${say.host} failed${say.has('causeCode') ? ` (${say.get('causeCode')})` : ''}.`,
    fix: 'Check the certificate and the TLS settings of the panel\'s web server.',
  }),
  https_to_http_port: say => ({
    title: 'This port speaks plain http',
    cause: `The address says https, but ${say.hostAndPort} answers without encryption.`,
    fix: 'Enter the port on which the panel serves https, usually 443.',
  }),
  http_to_https_port: say => ({
    title: 'This port speaks https',
    cause: `The address says http, but ${say.hostAndPort} gave no proper answer to an unencrypted request. A port for https does that.`,
    fix: `Use ${say.get('correctedUrl') || 'an address that starts with https://'}.`,
  }),
  not_http: say => ({
    title: 'Not a web server',
    cause: `${say.hostAndPort} accepted the connection but does not speak http.`,
    fix: 'Check the port in the address; it may belong to another service.',
  }),
  answer_too_large: say => ({
    title: 'Answer too large',
    cause: `${say.host} sent more than 5 MB, which no call of the VirtFusion API does.`,
    fix: 'Check that the address leads to the VirtFusion control server.',
  }),
  queue_timeout: () => ({
    title: 'Too busy to send',
    cause: 'The call waited for its turn behind other calls to the panel and was given up before it was sent.',
    fix: 'Nothing to do: Berth tries again. If it happens often, the panel answers too slowly.',
  }),
  called_off: () => ({
    title: 'Called off',
    cause: 'The call was stopped from Berth\'s side before an answer came.',
    fix: 'Try again.',
  }),
  answer_timeout: say => ({
    title: 'No answer in time',
    cause: `${say.host} accepted the call but did not answer within the time allowed.`,
    fix: 'Check the load of the panel and its hypervisors. Berth tries reads again by itself.',
  }),
  effect_unknown: say => ({
    title: 'Effect unknown',
    cause: `The connection to ${say.host} broke after the call was sent and before its answer came.`,
    fix: 'Don\'t repeat it by hand. Berth reads from the panel what became of it; if it can\'t tell, the operation asks you.',
  }),
  connection_lost: say => ({
    title: 'Connection lost',
    cause: `The connection to ${say.host} broke before the answer was complete.`,
    fix: 'Check the network and any proxy between Berth and the panel. Berth tries reads again by itself.',
  }),

  redirect: say => ({
    title: 'The address redirects elsewhere',
    cause: `${say.host} answered with a redirect${say.has('location') ? ` to ${say.get('location')}` : ''}. Berth follows none, so that the token stays where you sent it.`,
    fix: say.has('correctedUrl') ? `Use ${say.get('correctedUrl')}.` : 'Enter the address that the redirect leads to, if that is your panel.',
  }),
  wrong_base_path: say => ({
    title: 'Wrong path in the address',
    cause: `${say.host} answers, but there is no VirtFusion API at this path.`,
    fix: `Use ${say.get('correctedUrl')}.`,
  }),
  no_api_here: say => ({
    title: 'No VirtFusion API at this address',
    cause: `${say.host} answers, but knows no VirtFusion API.`,
    fix: 'Enter the address of the VirtFusion control server, not that of a hypervisor or of your website.',
  }),
  operation_missing: say => ({
    title: 'Not in this version of the panel',
    cause: `This panel has no call to ${say.ability}.`,
    fix: 'Update VirtFusion to use this. Everything else keeps working.',
  }),
  html_answer: say => ({
    title: 'A web page instead of an answer',
    cause: `${say.host} sent an HTML page${say.has('status') ? ` with status ${say.get('status')}` : ''}: a sign-in page, a proxy or a firewall stands in front of the API.`,
    fix: 'Let the path /api/v1 through to VirtFusion without sign-in or challenge, or enter the control server\'s own address.',
  }),

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
    fix: `In VirtFusion under Configuration, API, allow the token to ${say.ability}, or do without this feature.`,
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
    cause: 'The rate limit of the API token is used up.',
    fix: `${say.has('retryAfterSeconds') ? `The panel asks to wait ${say.get('retryAfterSeconds')} seconds. ` : ''}Berth slows down and tries again. Raise the token's limit if this happens often.`,
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
    fix: 'Link that user to the customer by its external relation id in VirtFusion, or change the e-mail address.',
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

/** Prepares parameters for the phrases. */
export function speak(params: DiagnosisParams): Say {
  const get = (name: string) => (params[name] === undefined || params[name] === null ? '' : String(params[name]))
  const host = get('host') || 'the panel'
  return {
    get,
    has: name => get(name) !== '',
    host,
    hostAndPort: get('port') === '' ? host : `${host}:${get('port')}`,
    ability: abilityOf(get('operation')),
    panelSaid: get('panelMessage') === '' ? '' : ` VirtFusion says: “${get('panelMessage')}”`,
    value: get('value') === '' ? '' : ` ${get('value')}`,
  }
}
