/** So many characters of what failed are repeated: what was expected and where, not the whole page. */
export const MOST_SAID = 2_000

export interface Tally {
  passed: number
  failed: number
  skipped: number
  /** Each that failed, by its name, and how. They are written again at the end, where a long log is looked at first, or is all that was kept. */
  failures: string[]
}

/** One gate of `npm test`: a command that passes or fails. */
export interface Stage {
  name: string
  command: string[]
  env?: Record<string, string>
  /** Stages that have to pass first; without them this one is not run and counts as failed. */
  needs?: string[]
  /** Why it can't be run on this machine; it is then skipped, in CI failed. */
  missing?: Promise<string | undefined>
  /** What its report says, which it throws without one. A stage that writes none counts as one test. */
  readTally?: () => Tally
}
