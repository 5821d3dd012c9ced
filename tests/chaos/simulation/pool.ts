import { fork } from 'node:child_process'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { addVisits, type Visited } from './coverage.ts'
import type { Report } from './main.ts'
import type { LifeMode } from './schedule.ts'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
/** Where Node keeps what it has compiled: the many short processes of the mutants then start in half the time. */
const COMPILED = path.join(os.tmpdir(), 'node-compile-cache')
/** A life leaves much behind at once: in a larger young space it is swept up seldom and hardly copied. There is a process for each core, so that nobody helps to sweep. */
const MEMORY = ['--min-semi-space-size=32', '--max-semi-space-size=32', '--single-threaded-gc']
const HOOK = new URL('../mutants/hook.ts', import.meta.url).href

export interface PoolOptions {
  /** The first of the seeds. */
  from?: number
  count?: number
  /** These seeds, by one process, instead of a row of them. */
  seeds?: readonly number[] | null
  /** How all of them send their orders; without it lives take turns. */
  mode?: LifeMode
  /** Stops after this long, in seconds; null lives them all. */
  seconds?: number | null
  stopAtFirst?: boolean
  /** Lives each twice: see compare-plain.ts. */
  isCompared?: boolean
  processes?: number
  /** Number of the mutant that is written into the code. */
  mutant?: number
  /** Fewer orders a life than its seed draws. */
  orders?: number
  /** Lives on PostgreSQL: one migrated database for each process. */
  databases?: readonly string[]
  onProgress?(soFar: Pick<Report, 'schedules' | 'failures'>): void
}

/** Lives schedules in several processes and sums up what they say. @throws Error when a process of it breaks */
export async function livePool({ mode, seeds = null, from = 1, count = seeds?.length ?? 1, seconds = null, stopAtFirst = false, isCompared = false, processes = seeds ? 1 : os.availableParallelism(), mutant, orders, databases, onProgress }: PoolOptions): Promise<Report> {
  const total: Report = { schedules: 0, events: 0, panelCalls: 0, orders: 0, active: 0, asked: 0, failures: [], coverage: [], visits: [], edges: [] }
  const coverage = new Map<string, number>()
  const edges = new Map<string, number>()
  const visits = new Map<string, Visited>()
  const lanes = Math.min(databases?.length ?? processes, count)
  await Promise.all(Array.from({ length: lanes }, (_, lane) => new Promise<void>((resolve, reject) => {
    const task = { mode: mode ?? null, seeds, from: from + lane, step: lanes, count: Math.ceil((count - lane) / lanes), seconds, stopAtFirst, isCompared, orders, database: databases?.[lane] }
    const child = fork(MAIN, [JSON.stringify(task)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [...MEMORY, ...(mutant === undefined ? [] : ['--import', HOOK])],
      env: { ...process.env, NODE_COMPILE_CACHE: COMPILED, ...(mutant === undefined ? {} : { BERTH_MUTANT: String(mutant) }) },
    })
    let said = ''
    child.stderr?.on('data', (chunk: Buffer) => { said += chunk.toString() })
    child.on('message', (part: Report) => {
      for (const key of ['schedules', 'events', 'panelCalls', 'orders', 'active', 'asked'] as const) total[key] += part[key]
      total.failures.push(...part.failures)
      for (const [pair, hits] of part.coverage) coverage.set(pair, (coverage.get(pair) ?? 0) + hits)
      for (const [edge, times] of part.edges) edges.set(edge, (edges.get(edge) ?? 0) + times)
      addVisits(visits, part.visits)
      onProgress?.(total)
    })
    child.on('error', reject)
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a process of the simulation ended with ${code}: ${said.slice(-2000)}`))))
  })))
  total.failures.sort((a, b) => a.seed - b.seed)
  return { ...total, coverage: [...coverage], visits: [...visits.values()], edges: [...edges] }
}
