import type { Verdict } from '#shared/lifecycle/verdict.ts'

export interface LabelledVerdict {
  label: string
  verdict: Verdict
}

/** Why buttons are off, each reason once with the buttons that it holds: "Start: It is already running." */
export function listReasons(buttons: LabelledVerdict[]): { labels: string[], reason: string }[] {
  const byReason = new Map<string, string[]>()
  for (const { label, verdict } of buttons) {
    if (verdict.allowed) continue
    byReason.set(verdict.reason, [...byReason.get(verdict.reason) ?? [], label])
  }
  return [...byReason].map(([reason, labels]) => ({ labels, reason }))
}
