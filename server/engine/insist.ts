import type { Engine } from './ports.ts'

/** How often a fact that the panel told us is tried to be stored; with the pauses about a minute. */
export const FACT_TRIES = 15

/** Before the next try, in ms. */
export const factPause = (tries: number): number => Math.min(5_000, 200 * 2 ** tries)

/**
 * Asks the database until it answers: for what has to be known before a fact can be stored, which must not be lost to a database that is away
 * for a moment. @throws what it throws in the end
 */
export async function insist<T>({ clock }: Pick<Engine, 'clock'>, ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask()
    }
    catch (error) {
      if (tries >= FACT_TRIES) throw error
      await clock.sleep(factPause(tries))
    }
  }
}
