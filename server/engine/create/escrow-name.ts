/** The panel takes 2 to 200 letters, digits, dashes and underscores. */
export interface EscrowName { relation: string, email: string }

/**
 * Name and address of the throw-away user of one attempt of an order. Both are made from our own ids, so the same user is found again after
 * a lost answer, and the panel refuses a second one. The address leads nowhere.
 */
export function nameEscrowUser({ installation, operationId, number }: { installation: string, operationId: string, number: number | string }): EscrowName {
  return { relation: `${installation}-${operationId}-${number}`, email: `${operationId}-${number}@escrow.berth.invalid` }
}
