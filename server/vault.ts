import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { Vault } from './context.ts'

/** A sealed value that does not open: made with another APP_SECRET, moved to another place, or altered. */
export class SealedValueError extends Error {
  constructor(where: string) {
    super(`The stored value ${where} does not open with this APP_SECRET. Put the former APP_SECRET back, or enter the value again.`)
    this.name = 'SealedValueError'
  }
}

/**
 * AES-256-GCM with a fresh 96-bit nonce; the key comes from APP_SECRET by HKDF. A value is bound to its place,
 * so one that is copied to another row or field does not open. Form: `v1.<key id>.<nonce, tag, text>`.
 */
export function createVault(appSecret: string): Vault {
  const key = Buffer.from(hkdfSync('sha256', appSecret, 'berth', 'settings', 32))
  const keyId = Buffer.from(hkdfSync('sha256', appSecret, 'berth', 'key id', 4)).toString('hex')
  return {
    seal(plain, where) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      cipher.setAAD(Buffer.from(where))
      const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return `v1.${keyId}.${Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url')}`
    },
    open(sealed, where) {
      const [version, id, body] = sealed.split('.')
      if (version !== 'v1' || id !== keyId || !body) throw new SealedValueError(where)
      const raw = Buffer.from(body, 'base64url')
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, raw.subarray(0, 12), { authTagLength: 16 })
        decipher.setAAD(Buffer.from(where))
        decipher.setAuthTag(raw.subarray(12, 28))
        return Buffer.concat([decipher.update(raw.subarray(28)), decipher.final()]).toString('utf8')
      }
      catch {
        throw new SealedValueError(where)
      }
    },
  }
}
