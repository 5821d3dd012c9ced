import { describe, expect, it } from 'vitest'
import { FeaturesSchema, OverridesSchema, REQUIRED_FEATURE_KEYS } from '../../../../shared/schemas/features.ts'

const valid = { virtfusion_package_id: 1, virtfusion_user_id: 2, virtfusion_hypervisor_id: 3 }

function messagesFor(features: unknown): string[] {
  const parsed = FeaturesSchema.safeParse(features)
  return parsed.success ? [] : parsed.error.issues.map((issue) => issue.message)
}

describe('FeaturesSchema', () => {
  it('accepts the three keys as positive whole numbers', () => {
    expect(FeaturesSchema.parse(valid)).toEqual(valid)
  })

  const refused: [string, unknown, RegExp][] = [
    ['an e-mail address', 'jane@example.com', /not an e-mail address/],
    ['digits with spaces', ' 12 ', /not the text " 12 "/],
    ['plain digits as text', '12', /not the text "12"/],
    ['0', 0, /not 0/],
    ['-1', -1, /not -1/],
    ['1.5', 1.5, /not 1\.5/],
    ['a number beyond the panel\'s range', 2_147_483_648, /not 2147483648/],
    ['null', null, /not null/],
    ['a list', [1], /not a list/],
    ['an object', { id: 1 }, /not an object/],
    ['nothing at all', undefined, /it is missing/],
    ['not a number', Number.NaN, /must be/],
  ]
  for (const key of REQUIRED_FEATURE_KEYS) {
    it.each(refused)(`refuses %s as ${key}, and names the key`, (_, value, reason) => {
      const messages = messagesFor({ ...valid, [key]: value })
      expect(messages).toHaveLength(1)
      expect(messages[0]).toContain(key)
      expect(messages[0]).toMatch(reason)
    })
  }

  it('names every key that is wrong, not only the first', () => {
    const messages = messagesFor({})
    expect(REQUIRED_FEATURE_KEYS.every((key) => messages.some((message) => message.startsWith(key)))).toBe(true)
  })

  it('keeps keys that it does not know, so that nothing of a plan is lost', () => {
    expect(FeaturesSchema.parse({ ...valid, virtfusion_future: 'x', note: { a: 1 } })).toEqual({ ...valid, virtfusion_future: 'x', note: { a: 1 } })
  })

  it('refuses a default operating system that is no id', () => {
    expect(messagesFor({ ...valid, virtfusion_operating_system_id: 0 })[0]).toContain('virtfusion_operating_system_id')
  })

  it('refuses what is not an object', () => {
    expect(FeaturesSchema.safeParse('virtfusion_package_id').success).toBe(false)
    expect(FeaturesSchema.safeParse([valid]).success).toBe(false)
  })
})

describe('OverridesSchema', () => {
  it('lets amounts be 0, which means none or unlimited', () => {
    expect(OverridesSchema.parse({ virtfusion_ipv4: 0, virtfusion_traffic: 0 })).toEqual({ virtfusion_ipv4: 0, virtfusion_traffic: 0 })
  })

  it.each([
    ['virtfusion_memory', '2048'],
    ['virtfusion_storage', -5],
    ['virtfusion_cpu_cores', 1.5],
    ['virtfusion_additional_storage1_enable', 'yes'],
    ['virtfusion_firewall_rulesets', 7],
    ['virtfusion_firewall_rulesets', ['a']],
  ])('refuses %s = %j, and names the key', (key, value) => {
    const parsed = OverridesSchema.safeParse({ [key]: value })
    expect(parsed.error?.issues[0]?.message).toContain(key)
  })
})
