import { describe, expect, it } from 'vitest'
import { limitConcurrency } from '../../../../../server/domains/sessions/limit-concurrency.ts'

describe('limitConcurrency', () => {
  it('runs at most so many at once, in their order, also when some fail', async () => {
    const limited = limitConcurrency(2, 10)
    const order: number[] = []
    let running = 0
    let most = 0
    const results = await Promise.allSettled(Array.from({ length: 7 }, (_, index) => limited(async () => {
      running += 1
      most = Math.max(most, running)
      order.push(index)
      await Promise.resolve()
      running -= 1
      if (index % 3 === 0) throw new Error('no')
      return index
    })))
    expect(most).toBe(2)
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(4)
  })

  it('refuses what does not fit into the line any more, and takes more once it moves', async () => {
    const limited = limitConcurrency(1, 1)
    let finish = () => {}
    const first = limited(() => new Promise<void>((resolve) => { finish = resolve }))
    const second = limited(async () => 'second')
    await expect(limited(async () => 'third')).rejects.toMatchObject({ code: 'unavailable' })
    finish()
    await first
    expect(await second).toBe('second')
    expect(await limited(async () => 'fourth')).toBe('fourth')
  })
})
