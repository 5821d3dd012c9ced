import { isIP, isIPv4 } from 'node:net'

const API_PATH = '/api/v1'

export type BaseUrlErrorCode =
  | 'base_url_empty'
  | 'base_url_unparsable'
  | 'base_url_scheme_missing'
  | 'base_url_protocol'
  | 'base_url_credentials'
  | 'base_url_query'
  | 'base_url_fragment'
  | 'base_url_insecure'

export interface BaseUrl {
  /** Scheme, host and port: where sign-in pages, consoles and logos live. */
  origin: string
  /** The origin, whatever path was typed, and `/api/v1`; never ends in a slash. */
  baseUrl: string
}

/** The address of the panel can't be used. Thrown before any connection is made. */
export class BaseUrlError extends Error {
  override readonly name = 'BaseUrlError'
  readonly field = 'apiUrl'
  readonly code: BaseUrlErrorCode
  /** An address that would pass, where the intention is plain. */
  readonly suggestion: string | undefined

  constructor(code: BaseUrlErrorCode, message: string, suggestion?: string) {
    super(message)
    this.code = code
    this.suggestion = suggestion
  }
}

/**
 * Turns what a person typed into the address of the API. The bare origin and `.../api/v1`, with or without a slash,
 * mean the same. Any other path is kept as typed: a 404 then leads to a corrected address, while a guess here would hide the slip.
 */
export function normalizeBaseUrl(input: string, options: { allowHttp?: boolean } = {}): BaseUrl {
  const typed = input.trim()
  if (typed === '') throw new BaseUrlError('base_url_empty', 'The panel address is empty.')

  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(typed)) {
    throw new BaseUrlError('base_url_scheme_missing', 'The panel address must start with https://.', suggestHttps(typed))
  }
  if (!URL.canParse(typed)) throw new BaseUrlError('base_url_unparsable', 'The panel address is not a valid URL.')

  const url = new URL(typed)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new BaseUrlError('base_url_protocol', 'The panel address must start with https://.')
  }
  if (url.username !== '' || url.password !== '') {
    throw new BaseUrlError('base_url_credentials', 'The panel address must not hold a user name or password.', `${url.origin}${url.pathname}`)
  }
  if (typed.includes('#')) {
    throw new BaseUrlError('base_url_fragment', 'The panel address must end before the # sign.', `${url.origin}${url.pathname}`)
  }
  if (typed.includes('?')) {
    throw new BaseUrlError('base_url_query', 'The panel address must end before the ? sign.', `${url.origin}${url.pathname}`)
  }
  if (url.protocol === 'http:' && options.allowHttp !== true && !isLoopbackHost(url.hostname)) {
    throw new BaseUrlError(
      'base_url_insecure',
      'The panel address must use https, because the token would travel in the clear.',
      `https://${url.hostname}${url.port === '' ? '' : `:${url.port}`}${url.pathname === '/' ? '' : url.pathname}`,
    )
  }

  const path = url.pathname.replace(/\/+$/, '')
  return {
    origin: url.origin,
    baseUrl: `${url.origin}${path.endsWith(API_PATH) ? path : `${path}${API_PATH}`}`,
  }
}

/** The address with nothing but `/api/v1` behind the origin, or null when that is what is used already. */
export function suggestBaseUrl(baseUrl: string): string | null {
  if (!URL.canParse(baseUrl)) return null
  const suggestion = `${new URL(baseUrl).origin}${API_PATH}`
  return suggestion === baseUrl ? null : suggestion
}

/** True for names and addresses that never leave this machine. */
export function isLoopbackHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase()
  if (host === 'localhost' || host.endsWith('.localhost')) return true
  if (isIPv4(host)) return host.startsWith('127.')
  return isIP(host) === 6 && host === '::1'
}

function suggestHttps(typed: string): string | undefined {
  const candidate = `https://${typed.replace(/^[:/]+/, '')}`
  if (!URL.canParse(candidate)) return undefined
  const url = new URL(candidate)
  const isPlain = url.username === '' && url.search === '' && url.hash === ''
  return isPlain ? candidate.replace(/\/+$/, '') : undefined
}
