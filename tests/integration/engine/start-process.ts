import { inject } from 'vitest'
import { spawnWorker, type WorkerProcess } from './spawn-worker.ts'

/** A real process of a test, which starts from the compiled code that they all share. */
export const startProcess = (services: Parameters<typeof spawnWorker>[0], extra: Record<string, string> = {}): WorkerProcess =>
  spawnWorker(services, { NODE_COMPILE_CACHE: inject('compileCache'), ...extra })

/** The operations that a process has held where it was told to, and those that came to their end without ever being there. */
export function readHeld(worker: WorkerProcess): { held: Set<string>, passed: Set<string> } {
  const lines = worker.said().split('\n')
  const idsAfter = (word: string) => new Set(lines.filter((line) => line.startsWith(word)).map((line) => line.slice(word.length)))
  return { held: idsAfter('held '), passed: idsAfter('passed ') }
}
