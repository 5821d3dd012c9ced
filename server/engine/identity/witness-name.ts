const NAME = /^Berth witness (\d{6,9})$/
const LARGEST = 999_999_999

/** The witness's name at the panel. It carries the counter, so that a panel that was put back to an older state shows an older number. */
export function witnessName(counter: number): string {
  return `Berth witness ${String(Math.min(counter, LARGEST)).padStart(6, '0')}`
}

/** The counter in a name; null when somebody gave the user another one. */
export function counterIn(name: string): number | null {
  const digits = NAME.exec(name)?.[1]
  return digits === undefined ? null : Number(digits)
}
