import { describe, expect, it } from 'vitest'
import { BaseUrlError, isLoopbackHost, normalizeBaseUrl, suggestBaseUrl } from '../../../../server/virtfusion/base-url.ts'

describe('normalizeBaseUrl', () => {
  it.each([
    ['https://cp.example.com', 'https://cp.example.com/api/v1'],
    ['https://cp.example.com/', 'https://cp.example.com/api/v1'],
    ['https://cp.example.com/api/v1', 'https://cp.example.com/api/v1'],
    ['https://cp.example.com/api/v1/', 'https://cp.example.com/api/v1'],
    ['  https://cp.example.com//  ', 'https://cp.example.com/api/v1'],
    ['HTTPS://CP.Example.com:8443', 'https://cp.example.com:8443/api/v1'],
    ['https://10.0.0.5:443/', 'https://10.0.0.5/api/v1'],
    ['https://[2001:db8::1]/', 'https://[2001:db8::1]/api/v1'],
  ])('reads %j as %s', (input, baseUrl) => {
    expect(normalizeBaseUrl(input).baseUrl).toBe(baseUrl)
  })

  it.each([
    ['https://cp.example.com/panel', 'https://cp.example.com/panel/api/v1'],
    ['https://cp.example.com/api', 'https://cp.example.com/api/api/v1'],
    ['https://cp.example.com/api/v1/connect', 'https://cp.example.com/api/v1/connect/api/v1'],
  ])('keeps the path of %s as typed, so that the 404 can be explained', (input, baseUrl) => {
    expect(normalizeBaseUrl(input)).toEqual({ origin: 'https://cp.example.com', baseUrl })
  })

  it.each([
    ['', 'base_url_empty', undefined],
    ['   ', 'base_url_empty', undefined],
    ['cp.example.com', 'base_url_scheme_missing', 'https://cp.example.com'],
    ['//cp.example.com/', 'base_url_scheme_missing', 'https://cp.example.com'],
    ['jane@cp.example.com', 'base_url_scheme_missing', undefined],
    ['ftp://cp.example.com', 'base_url_protocol', undefined],
    ['file:///etc/passwd', 'base_url_protocol', undefined],
    ['https://', 'base_url_unparsable', undefined],
    ['https://cp example.com', 'base_url_unparsable', undefined],
    ['https://admin:pw@cp.example.com/', 'base_url_credentials', 'https://cp.example.com/'],
    ['https://cp.example.com/?a=1', 'base_url_query', 'https://cp.example.com/'],
    ['https://cp.example.com/#x', 'base_url_fragment', 'https://cp.example.com/'],
    ['http://cp.example.com:81/panel', 'base_url_insecure', 'https://cp.example.com:81/panel'],
    ['http://10.0.0.5', 'base_url_insecure', 'https://10.0.0.5'],
    ['http://127.0.0.1.example.com', 'base_url_insecure', 'https://127.0.0.1.example.com'],
  ])('refuses %j as %s', (input, code, suggestion) => {
    const refuse = () => normalizeBaseUrl(input)
    expect(refuse).toThrow(BaseUrlError)
    expect(refuse).toThrow(expect.objectContaining({ code, suggestion, field: 'apiUrl' }))
  })

  it('never repeats a password that stood in the address', () => {
    expect(() => normalizeBaseUrl('https://admin:hunter2@cp.example.com')).toThrow(expect.objectContaining({
      message: expect.not.stringContaining('hunter2'), suggestion: expect.not.stringContaining('hunter2'),
    }))
  })

  it.each(['http://127.0.0.1:8080', 'http://localhost', 'http://[::1]:3000', 'http://panel.localhost'])('takes plain http for the loopback address %s', (input) => {
    expect(normalizeBaseUrl(input).baseUrl).toMatch(/^http:.*\/api\/v1$/)
  })

  it('takes plain http for any address once that is allowed', () => {
    expect(normalizeBaseUrl('http://10.0.0.5', { allowHttp: true }).baseUrl).toBe('http://10.0.0.5/api/v1')
  })
})

describe('suggestBaseUrl', () => {
  it('offers the origin with nothing but the API path, and nothing when that is in use', () => {
    expect(suggestBaseUrl('https://cp.example.com/panel/api/v1')).toBe('https://cp.example.com/api/v1')
    expect(suggestBaseUrl('https://cp.example.com/api/v1')).toBeNull()
    expect(suggestBaseUrl('not a url')).toBeNull()
  })
})

describe('isLoopbackHost', () => {
  it.each([['127.8.9.1', true], ['[::1]', true], ['LOCALHOST', true], ['10.0.0.1', false], ['localhost.example.com', false], ['::ffff:1.2.3.4', false]])('%s: %s', (host, expected) => {
    expect(isLoopbackHost(host)).toBe(expected)
  })
})
