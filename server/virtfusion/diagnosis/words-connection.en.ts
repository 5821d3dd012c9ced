import { SETTINGS, type Phrase } from './say.ts'

/** The panel was not reached, or the address leads elsewhere. */
export const connectionWords: Readonly<Record<string, Phrase>> = {
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
    title: 'The address holds a ?',
    cause: 'The panel address holds a question mark and what follows it.',
    fix: 'Keep only the host name, and the port if there is one.',
  }),
  base_url_fragment: () => ({
    title: 'The address holds a #',
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
    fix: `Give the panel a certificate from a public authority, or enter its certificate at ${SETTINGS}, or name its file in VIRTFUSION_CA_FILE.`,
  }),
  tls_unknown_authority: say => ({
    title: 'Certificate of an unknown authority',
    cause: `The certificate of ${say.host} is signed by an authority that this machine does not know, or the intermediate certificate is not sent along.`,
    fix: `Install the full certificate chain on the panel. For a private authority, enter its certificate at ${SETTINGS}, or name its file in VIRTFUSION_CA_FILE.`,
  }),
  tls_expired: say => ({
    title: 'Certificate expired',
    cause: `The certificate of ${say.host} is past its last day.`,
    fix: 'Renew the certificate on the panel. If it is valid there, check the clock of the machine that runs Berth.',
  }),
  certificate_expires_soon: say => ({
    title: 'The certificate runs out soon',
    cause: `The certificate of ${say.host} is valid for ${say.get('days')} more ${say.get('days') === '1' ? 'day' : 'days'}. After that no call will reach the panel.`,
    fix: 'Renew the certificate on the panel. If it renews itself, check that the renewal still works.',
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
    cause: `${say.host} sent more than 5 MB, which no answer of the VirtFusion API to this call comes near.`,
    fix: 'Check that the address leads to the VirtFusion control server.',
  }),
  owner_list_too_large: () => ({
    title: 'One owner has too many servers',
    cause: 'VirtFusion lists all servers of a user at once, each with a picture of its screen, and for this owner that came to more than 64 MB. Berth has to know what an owner has before it orders for them.',
    fix: 'Spread the servers over several owners: name another user as virtfusion_user_id in plans that share this one, or give each customer a user of their own. Orders that wait already keep their owner: cancel them and order again.',
  }),
  panel_circuit_open: say => ({
    title: 'The panel does not answer',
    cause: `The last calls to ${say.host} all failed, so it is left alone for a moment. This call was not sent.`,
    fix: `Nothing to repeat: Berth tries again in ${say.get('retryAfterSeconds')} s. If it lasts, look in the provisioning log why the calls before it failed.`,
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
}
