import { describe, expect, it } from 'vitest'
import { describeDifference } from '../../../utils/candidate-words'

const told = (code: string, expected: string | number | null = null, actual: string | number | null = null) => {
  const { label, expected: wanted, found } = describeDifference({ code, expected, actual, text: 'The sentence' })
  return [label, wanted, found]
}

describe('a difference from the order', () => {
  it('stands as expected and found, in the units of the screen', () => {
    expect(told('memory', 2048, 4096)).toEqual(['Memory', '2 GB', '4 GB'])
    expect(told('storage', 40, null)).toEqual(['Disk', '40 GB', 'Unknown'])
    expect(told('cpu_cores', 1, 2)).toEqual(['Processor', '1 core', '2 cores'])
    expect(told('owner', 12, 3)).toEqual(['Owner', '12', '3'])
    expect(told('built', null, '2026-11-23')).toEqual(['Operating system', 'None installed', 'Installed already'])
    expect(told('older', '2026-11-23T17:00:00.000Z', '2026-11-20T08:00:00.000Z')).toEqual(['Made', 'After 23 Nov 2026, 17:00:00 UTC', '20 Nov 2026, 08:00:00 UTC'])
  })

  it('says its sentence for a code that this screen does not know', () => {
    expect(told('colour', 'red', 'blue')).toEqual(['Differs', '', 'The sentence'])
  })
})
