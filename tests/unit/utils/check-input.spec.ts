import { describe, expect, it } from 'vitest'
import { CreateServerSchema, SuspendServerSchema } from '../../../shared/schemas/servers.ts'
import { checkInput } from '../../../utils/check-input.ts'

describe('checkInput', () => {
  it('hands back the parsed form, trimmed as the route would', () => {
    expect(checkInput(SuspendServerSchema, { reason: '  unpaid ' })).toEqual({ input: { reason: 'unpaid' }, errors: null })
  })

  it('names each field at fault by its dotted path, with one sentence each', () => {
    const { errors } = checkInput(CreateServerSchema, {
      customerId: '01930000-0000-7000-8000-000000000003',
      planId: '01930000-0000-7000-8000-000000000002',
      hostname: 'not a host name',
      overrides: { virtfusion_memory: -1 },
    })
    expect(Object.keys(errors ?? {})).toEqual(['hostname', 'overrides.virtfusion_memory'])
  })
})
