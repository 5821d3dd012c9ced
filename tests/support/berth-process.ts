import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** BERTH_BUILD names the folder of a build to test in place of the own one. */
export const ENTRY = path.resolve(process.env.BERTH_BUILD ?? '.output', 'server/index.mjs')

export const ADMIN = { email: 'admin@example.com', password: 'a harbour for tests' }

export interface BerthProcess {
  url: string
  dataDir: string
  pid: number
  /** What the process wrote so far, JSON lines. */
  output(): string
  /** Resolves when the process is gone. */
  exited: Promise<number | null>
  kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): void
  /** Ends it in order and removes what it kept, unless the folder was given. */
  stop(): Promise<void>
}

export interface BerthOptions {
  env?: Record<string, string>
  /** Keep state in this folder over several processes; the caller removes it. */
  dataDir?: string
  port?: number
}

/** Starts the production build as an operator does, on a port and a folder of its own, and waits until it is ready. */
export async function startBerth({ env = {}, dataDir, port }: BerthOptions = {}): Promise<BerthProcess> {
  if (!existsSync(ENTRY)) throw new Error('There is no build. Run: npm run build')
  const folder = dataDir ?? mkdtempSync(path.join(os.tmpdir(), 'berth-run-'))
  const chosenPort = port ?? await findFreePort()
  const child = spawn(process.execPath, ['--max-old-space-size=256', ENTRY], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: os.tmpdir(),
    env: {
      PATH: process.env.PATH ?? '', NODE_ENV: 'production', LOG_FORMAT: 'json',
      ...(process.env.NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE } : {}),
      PORT: String(chosenPort), DATA_DIR: folder, ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password, ...env,
    },
  })
  let written = ''
  child.stdout.on('data', (chunk: Buffer) => { written += chunk.toString() })
  child.stderr.on('data', (chunk: Buffer) => { written += chunk.toString() })
  const exited = new Promise<number | null>((resolve) => { child.once('exit', (code) => resolve(code)) })
  const url = `http://127.0.0.1:${chosenPort}`
  await waitUntilReady(url, child, () => written)
  return {
    url,
    dataDir: folder,
    pid: child.pid ?? 0,
    output: () => written,
    exited,
    kill(signal) {
      child.kill(signal)
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGCONT')
        child.kill('SIGTERM')
      }
      await exited
      if (!dataDir) rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function waitUntilReady(url: string, child: ChildProcess, output: () => string): Promise<void> {
  for (const deadline = Date.now() + 90_000; ;) {
    if (child.exitCode !== null) throw new Error(`Berth ended before it was ready:\n${output()}`)
    if (Date.now() > deadline) throw new Error(`Berth was not ready in time:\n${output()}`)
    try {
      if ((await fetch(`${url}/api/ready`)).status === 200) return
    }
    catch {
      // not listening yet
    }
    await sleep(50)
  }
}

export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().once('error', reject).listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('No free port.'))))
    })
  })
}
