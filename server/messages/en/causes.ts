/** Why an operation was asked for, by its `cause`; who asked stands behind it: "... by Ada Lovelace". */
const CAUSES: Record<string, string> = {
  asked: 'Asked for',
  adopted: 'Named anew when it was adopted, asked for',
  customer_disabled: 'The customer was switched off while the order was under way, so it was asked for',
  drift: 'To end a difference to the panel, asked for',
  orphan: 'Deletion of an orphan, asked for',
  suspension_enforced: 'Lifted at the panel, and asked for again',
  suspension_landed_late: 'To undo a suspension that a late request had made, asked for',
}

/** The reason that a server is suspended for, as its customer may read it as well. */
export const DISABLED_CUSTOMER = 'The account was switched off while the server was being made'

/** A cause in words; one that this version does not know reads as itself. */
export function describeCause(cause: string): string {
  const words = cause.replaceAll('_', ' ')
  return CAUSES[cause] ?? words.charAt(0).toUpperCase() + words.slice(1)
}
