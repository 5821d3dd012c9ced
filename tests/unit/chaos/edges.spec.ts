import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { OPERATION_KINDS, OPERATION_STEPS } from '#shared/lifecycle/operations.ts'
import { edgeOf, EDGES, judgeEdges } from '../../chaos/simulation/edges.ts'

const all = EDGES.flatMap(({ kinds, edges }) => edges.flatMap(({ from, to }) => kinds.map((kind) => edgeOf(kind, from, to))))

describe('the edges of the state machine', () => {
  it('stand with the same reasons on the page about the engine', () => {
    const page = readFileSync('docs/develop/engine.md', 'utf8').split('## Edges')[1]?.split('\n## ')[0] ?? ''
    const drawn = page.split(/^\*\*(.+)\*\*$/m).slice(1)
    const tables = EDGES.map((_, index) => ({
      kinds: drawn[index * 2]?.split(', '),
      edges: [...(drawn[index * 2 + 1] ?? '').matchAll(/^\| `(\w+)` \| `(\w+)` \| (.+) \|$/gm)].map(([, from, to, why]) => ({ from, to, why })),
    }))
    expect(tables).toEqual(EDGES.map(({ kinds, edges }) => ({ kinds, edges: edges.map(({ from, to, why }) => ({ from, to, why })) })))
  })

  it('join steps that exist, each step of each kind among them, and none twice', () => {
    expect(EDGES.flatMap(({ kinds }) => kinds).toSorted()).toEqual(OPERATION_KINDS.toSorted())
    for (const { kinds, edges } of EDGES) {
      for (const kind of kinds) expect(new Set(edges.flatMap(({ from, to }) => [from, to]))).toEqual(new Set(OPERATION_STEPS[kind]))
    }
    expect(new Set(all).size).toBe(all.length)
  })

  it('never lead from settling an order back to sending it: that way a second server would be made', () => {
    expect(all).not.toContain(edgeOf('create', 'settle', 'send'))
    expect(EDGES[0]?.edges.filter(({ to }) => to === 'send').map(({ from }) => from)).toEqual(['intend'])
  })

  it('name a test that exists, where lives come to them too seldom', () => {
    for (const { elsewhere } of EDGES.flatMap(({ edges }) => edges)) expect(elsewhere === undefined || existsSync(elsewhere)).toBe(true)
  })
})

describe('judgeEdges', () => {
  const counts = (names: string[]) => names.map((name): [string, number] => [name, 1])

  it('is content with a run that took them all', () => {
    expect(judgeEdges(5_000, counts(all))).toMatchObject({ unlisted: [], untaken: [] })
  })

  it('names what a run of enough lives left out, and asks a short one for nothing', () => {
    const rest = all.filter((name) => name !== edgeOf('create', 'settle', 'fence'))
    expect(judgeEdges(5_000, counts(rest)).untaken).toEqual(['create settle -> fence'])
    expect(judgeEdges(4_999, counts(rest)).untaken).toEqual([])
  })

  it('names a way that is on no list, however short the run', () => {
    expect(judgeEdges(1, [[edgeOf('create', 'settle', 'send'), 1]]).unlisted).toEqual(['create settle -> send'])
  })
})
