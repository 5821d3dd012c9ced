import { describe, expect, it } from 'vitest'
import { readBody } from '../../../../server/virtfusion/chain/answer-body.ts'
import { REDACTED, recordableBody, redactJson, scrubText } from '../../../../server/virtfusion/redact.ts'
import type { JsonValue } from '../../../../server/virtfusion/types.ts'
import { TOKEN } from './support/panel.ts'

describe('redactJson', () => {
  it('masks secrets by key, at any depth and always in the same length', () => {
    expect(redactJson({
      data: [{ settings: { decryptedPassword: 'a', encryptedPassword: 'bcdef' }, vnc: { password: 'x', wss: { token: 't', url: '/vnc/?token=uuid-1' } } }],
    })).toEqual({
      data: [{ settings: { decryptedPassword: REDACTED, encryptedPassword: REDACTED }, vnc: { password: REDACTED, wss: { token: REDACTED, url: `/vnc/?token=${REDACTED}` } } }],
    })
  })

  it('masks sign-in tokens and the address made of them', () => {
    const redacted = JSON.stringify(redactJson({ authentication: { tokens: { 1: 'AAA', 2: 'BBB' }, endpoint_complete: '/token_authenticate/?1=AAA&2=BBB' } }))
    expect(redacted).not.toMatch(/AAA|BBB/)
  })

  it('leaves noise out and keeps what is nothing, so that a row shows that no password was set', () => {
    expect(redactJson({ os: { screen: 'iVBORw0' }, customXML: { xml: '<a/>' }, password: null, sendPassword: false })).toEqual({
      os: { screen: '[omitted]' }, customXML: '[omitted]', password: null, sendPassword: false,
    })
  })

  it('makes what PostgreSQL refuses storable: NUL characters and halves of surrogate pairs, in values and in keys', () => {
    expect(redactJson({ 'a\u0000': 'b\u0000c', 'd': '\ud83d' })).toEqual({ 'a\uFFFD': 'b\uFFFDc', 'd': '\uFFFD' })
    const cut = recordableBody({ json: undefined, text: `x${'😀'.repeat(9_000)}` }, [])
    expect(String(cut).isWellFormed()).toBe(true)
  })

  it('makes no record that inherits from what the panel sends', () => {
    const record = redactJson(JSON.parse('{"__proto__":{"isAdmin":true},"name":"web-1"}') as JsonValue)
    expect(Object.getPrototypeOf(record)).toBe(Object.prototype)
    expect(record).toEqual({ '[omitted]': { isAdmin: true }, 'name': 'web-1' })
  })

  it('leaves out what lies absurdly deep, instead of exhausting the stack', () => {
    const text = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
    const deep = readBody(text)
    expect(JSON.stringify(recordableBody({ json: deep.json, text }, []))).toContain('omitted')
  })

  it('strikes a known secret under any key', () => {
    expect(redactJson({ note: `sent ${TOKEN} along` }, [TOKEN])).toEqual({ note: `sent ${REDACTED} along` })
  })
})

describe('scrubText', () => {
  it.each([
    ['Authorization: Bearer abcdefghijkl', /abcdefghijkl/],
    ['<input name="_token" value="s3cr3t">', /s3cr3t/],
    ['<meta name="csrf-token" content="s3cr3t">', /s3cr3t/],
    ['password=s3cr3t&x=1', /s3cr3t/],
    ['{"password": "s3cr3t"', /s3cr3t/],
    ['see /token_authenticate/?1=AAAA&2=BBBB now', /AAAA|BBBB/],
  ])('strikes the secret out of %j', (text, secret) => {
    expect(scrubText(text)).not.toMatch(secret)
  })

  it('leaves a plain sentence alone', () => {
    expect(scrubText('The token does not have permission for this endpoint')).toBe('The token does not have permission for this endpoint')
  })
})

describe('recordableBody', () => {
  const body = (json: unknown) => ({ json: JSON.parse(JSON.stringify(json)), text: JSON.stringify(json) })

  it('keeps small JSON whole and an absent body as null', () => {
    expect(recordableBody(body({ data: { id: 7 } }), [])).toEqual({ data: { id: 7 } })
    expect(recordableBody({ json: undefined, text: ' ' }, [])).toBeNull()
  })

  it('shortens long lists until the row is small, and says so', () => {
    const recorded = recordableBody(body({ data: Array.from({ length: 900 }, (_, id) => ({ id, name: 'x'.repeat(50) })) }), [])
    expect(JSON.stringify(recorded).length).toBeLessThanOrEqual(16_000)
    expect(JSON.stringify(recorded)).toContain('[875 more]')
  })

  it('cuts text, and JSON that lists alone do not make small', () => {
    expect(String(recordableBody({ json: undefined, text: 'y'.repeat(50_000) }, [])).length).toBeLessThan(4_100)
    expect(String(recordableBody(body({ blob: 'z'.repeat(50_000) }), [])).length).toBeLessThan(16_100)
  })
})
