const LETTERS = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789')
const HEX = Buffer.from('0123456789abcdef')

/** Where texts are put together; a text of a hundred letters joined one by one costs ten times as much. */
const draft = Buffer.alloc(256)

export interface Random {
  /** A number from 0 up to, not including, 1. */
  next(): number
  integer(below: number): number
  text(length: number): string
  uuid(): string
  mac(): string
  state(): number
  restore(state: number): void
}

/** A small seeded generator (mulberry32): the same seed and the same calls give the same values. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0

  function next() {
    state = (state + 0x6D2B79F5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }

  const integer = (below: number) => Math.floor(next() * below)

  function drawn(alphabet: Buffer, length: number) {
    const letters = length <= draft.length ? draft : Buffer.alloc(length)
    for (let index = 0; index < length; index += 1) letters[index] = alphabet[integer(alphabet.length)] ?? 0

    return letters.toString('latin1', 0, length)
  }
  const hex = (length: number) => drawn(HEX, length)

  return {
    next,
    integer,
    text: length => drawn(LETTERS, length),
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'[integer(4)]}${hex(3)}-${hex(12)}`,
    mac: () => `00:${hex(10).toUpperCase().match(/../g)?.join(':') ?? ''}`,
    state: () => state,
    restore: (stored) => { state = stored >>> 0 },
  }
}

/** A stable number from 0 up to, not including, 1 for a text: for values that must not depend on the order of calls. */
export function stableFraction(text: string): number {
  let hash = 2166136261
  for (const char of text) hash = Math.imul(hash ^ char.charCodeAt(0), 16777619)

  return createRandom(hash).next()
}
