import { generate } from 'selfsigned'
import { beforeAll, describe, expect, it } from 'vitest'
import { fingerprintOf, requireAuthority } from '../../../../../server/domains/settings/authority.ts'
import { AppError } from '../../../../../server/errors.ts'

const now = new Date()
let pem: string
let key: string
let old: string

async function make(notAfterDate: Date) {
  return generate([{ name: 'commonName', value: 'An authority' }], { keyType: 'ec', algorithm: 'sha256', notBeforeDate: new Date(now.getTime() - 9 * 86_400_000), notAfterDate })
}
beforeAll(async () => {
  const [valid, expired] = await Promise.all([make(new Date(now.getTime() + 86_400_000)), make(new Date(now.getTime() - 86_400_000))])
  pem = valid.cert
  key = valid.private
  old = expired.cert
})

function refusalOf(text: string): string | undefined {
  try {
    requireAuthority(text, now)
    return undefined
  }
  catch (error) {
    if (!(error instanceof AppError)) throw error
    return error.fields?.['caPem']
  }
}

describe('requireAuthority', () => {
  it('takes one certificate, several, and words around them', () => {
    expect(refusalOf(pem)).toBeUndefined()
    expect(refusalOf(`Our root\n${pem}\nand the one below\n${pem.replaceAll('\n', '\r\n')}`)).toBeUndefined()
  })

  it('says of each other text what is wrong with it', () => {
    expect(refusalOf('not a certificate')).toContain('no certificate in PEM form')
    expect(refusalOf(`${pem}\n${key}`)).toContain('holds a private key')
    expect(refusalOf(`${pem}\n${pem.slice(0, 200)}`)).toContain('cut off')
    expect(refusalOf(`${pem}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----`)).toContain('Certificate 2 of 2 can\'t be read')
    expect(refusalOf('-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----')).toContain('holds a certificate request')
    expect(refusalOf(old)).toMatch(/ran out on \d{4}-\d{2}-\d{2}/)
  })
})

describe('fingerprintOf', () => {
  it('tells two authorities apart', () => {
    expect(fingerprintOf(pem)).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
    expect(fingerprintOf(pem)).not.toBe(fingerprintOf(old))
  })
})
