import type { Call } from '../../context.ts'

/** When a deletion that is held for so many minutes is due; null for one that is asked for now. */
export function dueAfter({ now }: Pick<Call, 'now'>, delayMinutes: number): Date | null {
  return delayMinutes > 0 ? new Date(now().getTime() + delayMinutes * 60_000) : null
}
