import { customAlphabet } from 'nanoid'

/** Without 0 and o, 1, i and l: a reference is read out over the telephone. */
const ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz'
const draw = customAlphabet(ALPHABET, 5)

/** A short name for people, for example `vps-7k3m9`. About 28 million of them: whoever stores one copes with a collision. */
export function newReference(): string {
  return `vps-${draw()}`
}
