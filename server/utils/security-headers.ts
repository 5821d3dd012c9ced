import type { H3Event } from 'h3'
import { setResponseHeader, setResponseHeaders } from 'h3'

const DATA_POLICY = 'default-src \'none\'; frame-ancestors \'none\''
const HSTS = 'max-age=31536000; includeSubDomains'

/** What every answer carries. The policy is the one for data; a page gets its own by `setPagePolicy`. */
export function setSecurityHeaders(event: H3Event, { isHttps }: { isHttps: boolean }): void {
  setResponseHeaders(event, {
    'content-security-policy': DATA_POLICY,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    ...(isHttps ? { 'strict-transport-security': HSTS } : {}),
  })
}

/** For a page: only scripts and styles that carry this request's nonce. Style attributes are allowed, for Vuetify sets them. */
export function setPagePolicy(event: H3Event, nonce: string): void {
  setResponseHeader(event, 'content-security-policy', [
    'default-src \'self\'',
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'self' 'nonce-${nonce}'`,
    'style-src-attr \'unsafe-inline\'',
    'img-src \'self\' data:',
    'connect-src \'self\'',
    'font-src \'self\'',
    'object-src \'none\'',
    'base-uri \'none\'',
    'frame-ancestors \'none\'',
    'form-action \'self\'',
  ].join('; '))
}

/** Marks the scripts, styles and links that the framework wrote. Never run it over the page's body, where people's text stands. */
export function addNonce(markup: string, nonce: string): string {
  return markup.replaceAll(/<(script|style|link)\b(?![^>]*\snonce=)/g, `<$1 nonce="${nonce}"`)
}
