import { createHash, timingSafeEqual } from 'node:crypto'
import { customAlphabet } from 'nanoid'

/** Without letters and digits that are taken for each other. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const draw = customAlphabet(ALPHABET, 12)

export const SETUP_GROUP = 'setup'
/** Whoever decides whether there is an admin holds this advisory lock until the transaction ends. */
export const SETUP_LOCK = 7_201_104

/** A code that people can read off a log and type: `XXXX-XXXX-XXXX`, 60 bits. */
export function newSetupCode(): string {
  return draw().replace(/(.{4})(?=.)/g, '$1-')
}

/** True when both are the same code; case, spaces and dashes don't count. */
export function isSameCode(typed: string, expected: string): boolean {
  return timingSafeEqual(digest(typed), digest(expected))
}

const digest = (code: string) => createHash('sha256').update(code.toUpperCase().replace(/[\s-]/g, '')).digest()
