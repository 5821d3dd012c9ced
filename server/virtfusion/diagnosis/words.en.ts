import type { Phrase } from './say.ts'
import { connectionWords } from './words-connection.en.ts'
import { refusalWords } from './words-refusal.en.ts'

/** English for every code that `diagnose` gives. `describeDiagnosis` adds what is said of an unknown effect. */
export const words: Readonly<Record<string, Phrase>> = { ...connectionWords, ...refusalWords }
