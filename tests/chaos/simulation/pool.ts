import { fork } from 'node:child_process'
import os from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Report } from './main.ts'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
const HOOK = new URL('../mutants/hook.ts', import.meta.url).href

export interface PoolOptions {
  from: number
  count: number
  /** Stops after this long, in seconds; null lives them all. */
  seconds?: number | null
  stopAtFirst?: boolean
  processes?: number
  /** Number of the mutant that is written into the code. */
  mutant?: number
  onProgress?(schedules: number): void
}

/** Lives schedules in several processes and sums up what they say. @throws Error when a process of it breaks */
export async function livePool({ from, count, seconds = null, stopAtFirst = false, processes = os.availableParallelism(), mutant, onProgress }: PoolOptions): Promise<Report> {
  const total: Report = { schedules: 0, events: 0, panelCalls: 0, orders: 0, active: 0, asked: 0, failures: [], coverage: [] }
  const coverage = new Map<string, number>()
  const lanes = Math.min(processes, count)
  await Promise.all(Array.from({ length: lanes }, (_, lane) => new Promise<void>((resolve, reject) => {
    const task = { from: from + lane, step: lanes, count: Math.ceil((count - lane) / lanes), seconds, stopAtFirst }
    const child = fork(MAIN, [JSON.stringify(task)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      ...(mutant === undefined ? {} : { execArgv: ['--import', HOOK], env: { ...process.env, BERTH_MUTANT: String(mutant) } }),
    })
    let said = ''
    child.stderr?.on('data', (chunk: Buffer) => { said += chunk.toString() })
    child.on('message', (part: Report) => {
      for (const key of ['schedules', 'events', 'panelCalls', 'orders', 'active', 'asked'] as const) total[key] += part[key]
      total.failures.push(...part.failures)
      for (const [key, hits] of part.coverage) coverage.set(key, (coverage.get(key) ?? 0) + hits)
      onProgress?.(total.schedules)
    })
    child.on('error', reject)
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a process of the simulation ended with ${code}: ${said.slice(-2000)}`))))
  })))
  total.failures.sort((a, b) => a.seed - b.seed)
  total.coverage = [...coverage]
  return total
}
