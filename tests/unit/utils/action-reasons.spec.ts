import { describe, expect, it } from 'vitest'
import { listReasons } from '../../../utils/action-reasons.ts'

describe('listReasons', () => {
  it('says a reason once with all the buttons it holds, and leaves out what is possible', () => {
    expect(listReasons([
      { label: 'Start', verdict: { allowed: false, reason: 'This server is suspended.' } },
      { label: 'Delete', verdict: { allowed: true } },
      { label: 'Restart', verdict: { allowed: false, reason: 'This server is suspended.' } },
    ])).toEqual([{ labels: ['Start', 'Restart'], reason: 'This server is suspended.' }])
  })
})
