import type { Customer } from '#shared/schemas/customers.ts'

export const customerId = '019a0000-0000-7000-8000-0000000000c1'

/** A customer who can sign in; what a test is about is given. */
export function customer(given: Partial<Customer> = {}): Customer {
  return {
    id: customerId, name: 'Ada Lovelace', email: 'ada@example.com', isDisabled: false, isSample: false, hasPassword: true, serverCount: 2,
    virtfusionUserId: null, virtfusionExtRelationId: 7, lastSeenAt: null, createdAt: '2026-10-01T08:00:00.000Z', ...given,
  }
}
