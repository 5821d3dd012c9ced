import { X509Certificate } from 'node:crypto'
import { invalidField } from '../../errors.ts'

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g

/** Refuses a text that is not one or more certificates which still count. @throws AppError invalid_input (`caPem`) */
export function requireAuthority(pem: string, now: Date): void {
  const blocks = [...pem.matchAll(BLOCK)]
  if (/PRIVATE KEY-----/.test(pem)) throw refusal('This holds a private key, which must stay where it is. Paste only the certificate of the authority.')
  if (blocks.length === 0) throw refusal('This is no certificate in PEM form. Its first line says BEGIN CERTIFICATE, its last one END CERTIFICATE.')
  if (pem.replace(BLOCK, '').includes('-----')) throw refusal('A certificate is cut off. Copy it whole, with its first and last line.')
  for (const [index, [block, label]] of blocks.entries()) {
    const which = blocks.length === 1 ? 'The certificate' : `Certificate ${index + 1} of ${blocks.length}`
    if (label !== 'CERTIFICATE') throw refusal(`This holds a ${label?.toLowerCase()}. Paste only the certificate of the authority.`)
    const certificate = parse(block)
    if (!certificate) throw refusal(`${which} can't be read. Copy it again, whole.`)
    const validTo = new Date(certificate.validTo)
    if (validTo <= now) throw refusal(`${which} ran out on ${validTo.toISOString().slice(0, 10)}. Paste the one that took its place.`)
  }
}

/** SHA-256 of the first certificate, by which two authorities are told apart. */
export function fingerprintOf(pem: string): string | null {
  return parse(pem)?.fingerprint256 ?? null
}

function parse(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem)
  }
  catch {
    return null // OpenSSL says only which of its parsers gave up
  }
}

const refusal = (message: string) => invalidField('caPem', message)
