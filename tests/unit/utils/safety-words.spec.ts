import { describe, expect, it } from 'vitest'
import { describeHarm } from '../../../utils/safety-words.ts'

const some = (kind: 'suspend' | 'delete' | 'rebuild', count: number) => Array.from({ length: count }, () => ({ kind }))

describe('describeHarm', () => {
  it('names the danger, the worst first', () => {
    expect(describeHarm([...some('suspend', 25), ...some('delete', 12), ...some('rebuild', 3)])).toBe('Delete 12 servers with their disks, erase and reinstall 3 servers and suspend 25 servers')
    expect(describeHarm(some('delete', 1))).toBe('Delete 1 server with its disk')
  })

  it('is empty for nothing', () => {
    expect(describeHarm([])).toBe('')
  })
})
