/** `reason` is a sentence for the person whose button is off. */
export type Verdict = { allowed: true } | { allowed: false, reason: string }

export const yes: Verdict = { allowed: true }
export const no = (reason: string): Verdict => ({ allowed: false, reason })
