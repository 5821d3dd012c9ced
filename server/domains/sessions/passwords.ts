import { argon2, randomBytes, timingSafeEqual, type Argon2Parameters } from 'node:crypto'
import { promisify } from 'node:util'
import { bulkhead, BulkheadRejectedError } from 'cockatiel'
import { AppError } from '../../errors.ts'

const argon2id = promisify((parameters: Argon2Parameters, done: (error: Error | null, tag: Buffer) => void) => argon2('argon2id', parameters, done))

/** Memory in KiB, passes, lanes: OWASP's floor for Argon2id. A change is picked up at each person's next sign-in. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 }
const TAG_BYTES = 32

/** Two at a time: a hash takes 19 MiB and a thread of the pool that files and look-ups share. A full line is some five seconds long. */
const oneOfTwo = bulkhead(2, 200)

const FORM = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

/** `$argon2id$v=19$m=...,t=...,p=...$salt$tag`, about 50 ms. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16)
  const tag = await derive(password, nonce, COST, TAG_BYTES)
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${unpadded(nonce)}$${unpadded(tag)}`
}

/**
 * Compares in constant time. Without a stored hash (unknown person, or no password yet) it does the same work and answers false,
 * so that neither the answer nor its time tells whether the person exists.
 */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const parts = FORM.exec(stored ?? '')
  const [, memory, passes, parallelism, salt, tag] = parts ?? []
  if (!salt || !tag) {
    await derive(password, Buffer.alloc(16), COST, TAG_BYTES)
    return false
  }
  const expected = Buffer.from(tag, 'base64')
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
  return timingSafeEqual(await derive(password, Buffer.from(salt, 'base64'), cost, expected.length), expected)
}

/** True for a hash that was made with other parameters than today's. */
export function needsRehash(stored: string): boolean {
  return !stored.startsWith(`$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$`)
}

/** @throws AppError unavailable when even the line is full */
async function derive(message: string, nonce: Uint8Array, cost: typeof COST, tagLength: number): Promise<Buffer> {
  try {
    return await oneOfTwo.execute(() => argon2id({ message, nonce, tagLength, ...cost }))
  }
  catch (error) {
    if (error instanceof BulkheadRejectedError) throw new AppError('unavailable', 'Too many people sign in at this moment. Try again in a few seconds.', { retryAfterSeconds: 5 })
    throw error
  }
}

const unpadded = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replaceAll('=', '')
