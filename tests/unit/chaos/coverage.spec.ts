import { describe, expect, it } from 'vitest'
import { addVisits, Coverage, judgeCoverage, type Visited } from '../../chaos/simulation/coverage.ts'

const FAULTS = ['kill-before', 'kill-after']
const visited = (point: string, count: number): Visited => ({ point, count, faults: FAULTS })

describe('the coverage of many lives', () => {
  it('lacks a fault that could have struck and did not, however often others did', () => {
    const { lacking, pairs } = judgeCoverage(2_000, [['kill-before @ store.read', 900]], [visited('store.read', 80_000)])
    expect([lacking, pairs]).toEqual([['kill-after @ store.read'], 2])
  })

  it('asks for one in 2,000 lives, and for no more than a hundred', () => {
    const judge = (lives: number, hits: number) => judgeCoverage(lives, FAULTS.map((fault) => [`${fault} @ a`, hits]), [visited('a', lives)]).lacking.length
    expect([judge(8_000, 3), judge(8_000, 4), judge(1_000_000, 99), judge(1_000_000, 100), judge(500, 0)]).toEqual([2, 0, 2, 0, 0])
  })

  it('names an await that hardly a life comes to instead of asking for it', () => {
    const { lacking, seldom } = judgeCoverage(10_000, [], [visited('store.writeFacts', 49)])
    expect([lacking, seldom]).toEqual([[], ['store.writeFacts (49)']])
  })

  it('is summed up over processes', () => {
    const coverage = new Coverage()
    coverage.visited('a', FAULTS).count += 1
    coverage.visited('a', FAULTS).count += 1
    const sums = new Map<string, Visited>()
    addVisits(sums, coverage.visits)
    addVisits(sums, [visited('a', 3), visited('b', 1)])
    expect([...sums.values()]).toEqual([visited('a', 5), visited('b', 1)])
  })
})
