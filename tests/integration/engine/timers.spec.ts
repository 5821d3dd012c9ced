import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startTimer } from '../../../server/engine/timers.ts'
import { createTestServices } from '../support/services.ts'
import { waitFor } from './support.ts'

const SCRIPT = fileURLToPath(new URL('./timer-process.ts', import.meta.url))

describe('a timer of two processes', () => {
  it('goes on in the other one when the one that has the turn stands still: what it looks after would wait for as long as that stands', { timeout: 240_000 }, async () => {
    const services = await createTestServices()
    onTestFinished(() => services.close())
    const child = spawn(process.execPath, [SCRIPT], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, DATABASE_URL: services.url } })
    onTestFinished(() => { child.kill('SIGKILL') })
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => { said += chunk.toString() })
    await waitFor('the stop', () => Promise.resolve({ value: said.includes('turn 1') || null, seen: said }))

    let turns = 0
    const timer = startTimer(services, { name: 'a timer of two processes', everyMs: 100, run: () => Promise.resolve(void turns++) })
    onTestFinished(() => timer.stop())
    await waitFor('a turn of the other', () => Promise.resolve({ value: turns || null, seen: 'none' }))

    child.kill('SIGCONT')
    await timer.stop()
    await waitFor('turns of the first one, on a new connection', () => Promise.resolve({ value: said.includes('turn 3') || null, seen: said }))
    expect(turns).toBeGreaterThan(0)
  })
})
