/** Why an operation was asked for, by its `cause`. */
const CAUSES: Record<string, string> = {
  suspension_enforced: 'Lifted at the panel, suspended again by the safety settings',
  asked: 'Asked for',
}

/** A cause in words; one that this version does not know reads as itself. */
export function describeCause(cause: string): string {
  const words = cause.replaceAll('_', ' ')
  return CAUSES[cause] ?? words.charAt(0).toUpperCase() + words.slice(1)
}
