import { describe, expect, it } from 'vitest'
import { AdoptOrphanSchema, DeleteOrphanSchema } from '../../../../shared/schemas/orphans.ts'
import { CreateServerSchema, DeleteServerSchema } from '../../../../shared/schemas/servers.ts'

const CHOSEN = '019a0000-0000-7000-8000-0000000000c1'
const GIVEN = { customerId: CHOSEN, planId: CHOSEN, confirm: 'web-1', reason: 'Nobody wants it.' }

describe.each([
  ['the order of a server', CreateServerSchema],
  ['the adoption of an orphan', AdoptOrphanSchema],
])('%s', (_, schema) => {
  it.each([undefined, null, 'not-an-id'])('says what to choose in place of %j', (value) => {
    const { issues } = schema.safeParse({ customerId: value, planId: value }).error ?? {}
    expect(issues?.map(({ message }) => message)).toEqual(['Choose the customer who gets the server.', 'Choose a plan.'])
  })
})

describe('a deletion', () => {
  it.each(['soon', 1.5, -1, null])('says what a delay is where it is given as %j', (delayMinutes) => {
    for (const schema of [DeleteServerSchema, DeleteOrphanSchema]) {
      const { issues } = schema.safeParse({ ...GIVEN, delayMinutes }).error ?? {}
      expect(issues?.map(({ message }) => message)).toContain('Give a whole number of minutes, 0 for at once.')
    }
  })

  it('asks why where no reason came, as where an empty one did', () => {
    for (const reason of [undefined, '  ']) {
      expect(DeleteOrphanSchema.safeParse({ ...GIVEN, reason }).error?.issues).toMatchObject([{ path: ['reason'], message: 'Say why, for whoever reads this later.' }])
    }
  })
})
