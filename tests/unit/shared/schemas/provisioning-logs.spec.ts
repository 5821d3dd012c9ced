import { describe, expect, it } from 'vitest'
import { ProvisioningLogQuerySchema } from '../../../../shared/schemas/provisioning-logs.ts'

describe('the bounds of the log', () => {
  it.each([
    ['2026-01-01T08:00:00Z', '2026-01-01T08:00:00.000Z', '2026-01-01T08:00:00.000Z'],
    ['2026-01-01T08:00:00.123+01:00', '2026-01-01T07:00:00.123Z', '2026-01-01T07:00:00.123Z'],
    ['2026-01-01T23:00:00-05:30', '2026-01-02T04:30:00.000Z', '2026-01-02T04:30:00.000Z'],
    ['2026-01-01T08:00:00 01:00', '2026-01-01T07:00:00.000Z', '2026-01-01T07:00:00.000Z'],
    ['2026-01-01', '2026-01-01T00:00:00.000Z', '2026-01-01T23:59:59.999Z'],
  ])('read %s, with a whole day for a date alone', (text, from, to) => {
    expect(ProvisioningLogQuerySchema.parse({ from: text, to: text })).toMatchObject({ from, to })
  })

  it.each(['', 'yesterday', '2026', '2026-02-30', '2026-01-01T08:00:00', '2026-01-01 08:00', '0000-01-01', '0001-01-01T00:00:00+01:00', '9999-12-31T23:59:59-01:00', '+010000-01-01T00:00:00Z'])('refuse "%s" with a sentence that shows what fits, before the database does', (text) => {
    const parsed = ProvisioningLogQuerySchema.safeParse({ from: text })
    expect(parsed.error?.issues).toMatchObject([{ path: ['from'], message: expect.stringContaining('Give a date like 2026-01-31') }])
  })
})
