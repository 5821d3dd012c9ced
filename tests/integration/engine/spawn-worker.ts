import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Env } from '../../../server/env.ts'

const SCRIPT = fileURLToPath(new URL('./worker-process.ts', import.meta.url))

export interface WorkerProcess {
  /** What it wrote so far. */
  said(): string
  signal(signal: NodeJS.Signals): void
  /** Ends it, unless it has ended; resolves to its exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>
  ended: Promise<unknown>
}

/** A real process that works the queue of these services and does nothing else. */
export function spawnWorker({ url, env }: { url: string, env: Env }, extra: Record<string, string> = {}): WorkerProcess {
  const child = spawn(process.execPath, [SCRIPT], {
    // The queue's library writes of a lost database wherever it likes.
    stdio: ['ignore', 'pipe', extra.LOG_LEVEL === 'silent' ? 'ignore' : 'inherit'],
    env: {
      ...process.env, NODE_ENV: 'test', LOG_LEVEL: 'error', DATABASE_URL: url, APP_SECRET: env.APP_SECRET, ENGINE_SETTLE_SECONDS: String(env.ENGINE_SETTLE_SECONDS),
      VIRTFUSION_API_URL: env.VIRTFUSION_API_URL, VIRTFUSION_API_TOKEN: env.VIRTFUSION_API_TOKEN, ...extra,
    },
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => { said += chunk.toString() })
  const ended = once(child, 'exit')
  return {
    said: () => said,
    signal(signal) { child.kill(signal) },
    async end(signal = 'SIGKILL') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      await ended
      return child.exitCode
    },
    ended,
  }
}
