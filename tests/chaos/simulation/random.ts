/** Chance from a seed: the same seed, the same run. */
export class Chance {
  private state: number

  constructor(seed: number) {
    this.state = (seed ^ 0x9e3779b9) >>> 0
    for (let round = 0; round < 4; round++) this.next()
  }

  /** From 0 up to, not including, 1 (mulberry32). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let mixed = this.state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }

  /** True with this probability. Draws even when the answer is certain, so that a changed probability changes nothing else. */
  hits(probability: number): boolean {
    return this.next() < probability
  }

  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1))
  }

  /** Between `from` and `to`, with short ones far more frequent than long ones. */
  skewed(from: number, to: number): number {
    return from * (to / from) ** this.next()
  }

  pick<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.next() * choices.length)] as T
  }

  /** By weight; weights need not add up to anything. */
  weigh<T extends string>(weights: Readonly<Record<T, number>>): T {
    const entries = Object.entries(weights) as [T, number][]
    const total = entries.reduce((sum, [, weight]) => sum + weight, 0)
    let left = this.next() * total
    for (const [choice, weight] of entries) {
      left -= weight
      if (left < 0) return choice
    }
    return (entries.at(-1) as [T, number])[0]
  }

  /** A UUID of version 7 for this moment. */
  uuid(now: number): string {
    const time = hex12(now)
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(this.next() * 0x1000, 3)}-${hex(8 + this.next() * 4, 1)}${hex(this.next() * 0x1000, 3)}-${hex12(this.next() * 2 ** 48)}`
  }
}

const hex = (value: number, length: number) => Math.floor(value).toString(16).padStart(length, '0')
/** In two halves: whole numbers of 48 bits are written out slowly. */
const hex12 = (value: number) => hex(value / 0x1000000, 6) + hex(value % 0x1000000, 6)
