import { describe, expect, it } from 'vitest'
import { drawSparkline } from '../../../utils/sparkline.ts'

const box = { width: 100, height: 52 }
const point = (latencyMs: number | null, failures = 0) => ({ latencyMs, failures })

describe('drawSparkline', () => {
  it('lets the slowest touch the top and spreads the points over the width', () => {
    expect(drawSparkline([point(100), point(50), point(0)], box)).toEqual({ paths: ['M0 4L50 24L100 44'], failures: [] })
  })

  it('draws no line over minutes without calls, and a lone minute as a dash', () => {
    expect(drawSparkline([point(10), point(null), point(10), point(10), point(null)], box).paths).toEqual(['M0 4h2', 'M50 4L75 4'])
  })

  it('marks each minute with failures once, also where nothing was measured', () => {
    expect(drawSparkline([point(null, 3), point(1), point(1, 1)], box).failures).toEqual([0, 100])
  })

  it('draws nothing of nothing', () => {
    expect(drawSparkline([], box)).toEqual({ paths: [], failures: [] })
  })
})
