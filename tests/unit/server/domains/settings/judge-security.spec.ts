import { describe, expect, it } from 'vitest'
import { judgeSecurity, type Way } from '../../../../../server/domains/settings/judge-security.ts'
import { describeSecurityFact } from '../../../../../server/messages/en/security.ts'

const DIRECT: Way = { address: 'http://127.0.0.1:3000', isHttps: false, proxies: 0 }
const BARE = { APP_SECRET: undefined, DATA_DIR: '/var/lib/berth', PUBLIC_URL: undefined, TRUSTED_PROXIES: 0 }
const SAFE = { ...BARE, APP_SECRET: 'a secret of more than thirty-two characters', PUBLIC_URL: 'https://panel.example.com', TRUSTED_PROXIES: 1 }

type Env = Parameters<typeof judgeSecurity>[0]
const codes = (env: Env, way: Way) => judgeSecurity(env, way).map(({ code }) => code)
const warnings = (env: Env, way: Way) => judgeSecurity(env, way).filter(({ level }) => level === 'warning').map(({ code }) => code)

describe('judgeSecurity', () => {
  it('finds nothing at risk behind one proxy that ends TLS', () => {
    expect(codes(SAFE, { address: 'https://panel.example.com', isHttps: true, proxies: 1 })).toEqual(['secret_environment', 'address_https', 'cookies_secure', 'proxies_trusted', 'sessions'])
    expect(warnings(SAFE, { address: 'https://panel.example.com', isHttps: true, proxies: 1 })).toEqual([])
  })

  it('lets a first try on the own machine be, and says what comes before others use it', () => {
    expect(codes(BARE, DIRECT)).toEqual(['secret_file', 'address_unset_local', 'cookies_local', 'proxies_none', 'sessions'])
    expect(warnings(BARE, DIRECT)).toEqual([])
  })

  it('warns of plain http that others can listen in on', () => {
    const address = 'http://panel.example.com'
    expect(warnings(BARE, { ...DIRECT, address })).toEqual(['address_unset', 'cookies_plain'])
    expect(warnings({ ...BARE, PUBLIC_URL: address }, { ...DIRECT, address })).toEqual(['address_http', 'cookies_plain'])
  })

  it('warns of a proxy in front that is not trusted: everybody has its address then', () => {
    expect(warnings({ ...SAFE, TRUSTED_PROXIES: 0 }, { address: 'https://panel.example.com', isHttps: true, proxies: 1 })).toEqual(['proxies_not_trusted'])
  })

  it('warns of a way past the proxy that is trusted: any address can be claimed there', () => {
    expect(warnings(SAFE, { address: 'https://panel.example.com', isHttps: true, proxies: 0 })).toEqual(['proxies_passed_by'])
  })

  it('trusts no name that no address has', () => {
    expect(warnings(BARE, { ...DIRECT, address: 'http://a b' })).toEqual(['address_unset', 'cookies_plain'])
  })

  it('has words for every fact, and for every warning what to do', () => {
    const ways: Way[] = ['http://127.0.0.1:3000', 'http://panel.example.com'].flatMap((address) => [true, false].flatMap((isHttps) => [0, 1, 2].map((proxies) => ({ address, isHttps, proxies }))))
    const envs: Env[] = [BARE, SAFE, { ...SAFE, TRUSTED_PROXIES: 2 }, { ...SAFE, PUBLIC_URL: 'http://panel.example.com' }, { ...BARE, PUBLIC_URL: 'http://localhost:3000' }, { ...BARE, TRUSTED_PROXIES: 1 }]
    const facts = envs.flatMap((env) => ways.flatMap((way) => judgeSecurity(env, way)))
    for (const fact of facts) {
      const { title, value, advice } = describeSecurityFact(fact)
      expect(title).not.toBe(fact.code)
      expect(`${value} ${advice}`).not.toContain('undefined')
      if (fact.level === 'warning') expect(advice, fact.code).toMatch(/./)
    }
    expect(new Set(facts.map(({ code }) => code)).size).toBe(16)
  })
})
