import { describe, expect, it } from 'vitest'
import { judgeSchema, newestOf } from '../../../../server/db/schema-version.ts'

describe('judgeSchema', () => {
  it.each([
    ['20260102000000_b', '20260102000000_b', 'fits'], ['20260102000000_b', '20260103000000_c', 'newer'], ['20260102000000_b', '20260101000000_a', 'older'],
    ['20260102000000_b', null, 'older'], [undefined, '20260101000000_a', 'fits'],
  ] as const)('of a process built with %s on a database with %s: %s', (built, found, fit) => {
    expect(judgeSchema(built, found)).toBe(fit)
  })

  it('goes by the newest name, in whatever order they are listed', () => {
    expect(newestOf(['20260102000000_b', '20260103000000_a', '20260101000000_c'])).toBe('20260103000000_a')
    expect(newestOf([])).toBeUndefined()
  })
})
