interface Told { title: string, value: string, advice: string | null }
type Params = Record<string, string | number>

const SECRET = 'Key that encrypts the API token'
const ADDRESS = 'Public address'
const COOKIES = 'Session cookies'
const PROXIES = 'Trusted proxies'

const FACTS: Record<string, (params: Params) => Told> = {
  secret_environment: () => ({
    title: SECRET, value: 'From the environment',
    advice: 'Keep a copy away from this machine. Without it the saved API token can\'t be opened and has to be entered again.',
  }),
  secret_file: ({ file }) => ({
    title: SECRET, value: `From a file that Berth made: ${file}`,
    advice: 'Back this file up with the database. Without it the saved API token can\'t be opened and has to be entered again.',
  }),
  address_https: ({ address }) => ({ title: ADDRESS, value: String(address), advice: null }),
  address_local: ({ address }) => ({ title: ADDRESS, value: `${address}, on this machine only`, advice: 'Before others use Berth, put a proxy that ends TLS in front and set this to the https address that they type.' }),
  address_unset_local: () => ({ title: ADDRESS, value: 'Not set. Berth is used on this machine only', advice: 'Before others use Berth, put a proxy that ends TLS in front and set this to the https address that they type.' }),
  address_http: ({ address }) => ({ title: ADDRESS, value: `${address}, without TLS`, advice: 'Passwords travel readable. Put a proxy that ends TLS in front and set this to its https address.' }),
  address_unset: () => ({
    title: ADDRESS, value: 'Not set',
    advice: 'Links in invitations go to the address that a request names, and that can be forged. Set it to the address that people type, for example https://panel.example.com.',
  }),
  cookies_secure: () => ({ title: COOKIES, value: 'Secure: sent over https only', advice: null }),
  cookies_secure_by_proxy: () => ({ title: COOKIES, value: 'Secure, as long as the proxy says that it was reached over https', advice: 'With an https address in this variable they are Secure whatever the proxy says.' }),
  cookies_local: () => ({ title: COOKIES, value: 'Not Secure: plain http, on this machine only', advice: null }),
  cookies_plain: () => ({ title: COOKIES, value: 'Not Secure: sent over plain http', advice: 'Whoever listens in on the way can take a session over. Use Berth over https only, and set this to the https address.' }),
  proxies_none: () => ({ title: PROXIES, value: 'None: a caller\'s address is that of its connection', advice: null }),
  proxies_trusted: ({ trusted }) => ({ title: PROXIES, value: `${count(trusted)} in front`, advice: null }),
  proxies_not_trusted: ({ proxies }) => ({
    title: PROXIES, value: `None, but ${count(proxies)} passed this request on`,
    advice: `Everybody seems to come from the proxy's address: in the audit log, in the lists of sign-ins, and where guessed passwords are counted. Set this to ${proxies} if all of them are yours.`,
  }),
  proxies_passed_by: ({ trusted, proxies }) => ({
    title: PROXIES, value: `${count(trusted)}, but this request came through ${proxies === 0 ? 'none' : `only ${proxies}`}`,
    advice: 'Whoever gets past the proxy can claim any address, and guess passwords under ever new ones. Let only the proxy reach Berth (HOST=127.0.0.1), or lower this number.',
  }),
  sessions: ({ adminIdleHours, adminDays, customerIdleHours, customerDays }) => ({
    title: 'How long a sign-in lasts',
    value: `Admins: ${adminIdleHours} hours without use, ${adminDays} days at most. Customers: ${customerIdleHours} hours without use, ${customerDays} days at most`,
    advice: null,
  }),
}

/** A fact about how safely Berth runs, in words; one without words reads as its own code. */
export function describeSecurityFact({ code, params }: { code: string, params: Params }): Told {
  return FACTS[code]?.(params) ?? { title: code, value: '', advice: null }
}

const count = (proxies: string | number | undefined) => (proxies === 1 ? '1 proxy' : `${proxies} proxies`)
