import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ApiClient } from '../support/api-client.ts'
import { ADMIN, ENTRY, startBerth, type BerthProcess } from '../support/berth-process.ts'

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  }
  catch {
    return false
  }
}
const postgresPid = (dataDir: string) => Number(readFileSync(path.join(dataDir, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0])

/** Runs the build with an environment that must not start; resolves with its exit code and what it said. */
function runUntilExit(env: Record<string, string>): Promise<{ code: number | null, said: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [ENTRY], { env: { PATH: process.env.PATH ?? '', ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => { said += chunk.toString() })
    child.stderr.on('data', (chunk: Buffer) => { said += chunk.toString() })
    child.on('exit', (code) => resolve({ code, said }))
  })
}

describe('the process', () => {
  let dataDir: string
  let berth: BerthProcess | undefined
  beforeEach(() => { dataDir = mkdtempSync(path.join(os.tmpdir(), 'berth-process-')) })
  afterEach(async () => {
    await berth?.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('stops in order on SIGTERM with an event stream open, and leaves no database process', async () => {
    berth = await startBerth({ dataDir })
    const admin = await new ApiClient(berth.url).signIn(ADMIN.email, ADMIN.password)
    const abort = new AbortController()
    const stream = await admin.open('/api/events', abort.signal)
    expect(stream.status).toBe(200)
    const pid = postgresPid(dataDir)
    const startedAt = Date.now()

    berth.kill('SIGTERM')

    expect(await berth.exited).toBe(0)
    expect(Date.now() - startedAt).toBeLessThan(15_000)
    expect(isAlive(pid)).toBe(false)
    abort.abort()
  })

  it('keeps what was answered when it is killed, and is back on the same folder', async () => {
    const first = await startBerth({ dataDir })
    const admin = await new ApiClient(first.url).signIn(ADMIN.email, ADMIN.password)
    const customer = await admin.send<{ id: string }>('POST', '/api/admin/customers', { name: 'Survivor', email: 'survivor@example.com' })

    first.kill('SIGKILL')
    await first.exited
    berth = await startBerth({ dataDir })

    const again = await new ApiClient(berth.url).signIn(ADMIN.email, ADMIN.password)
    expect((await again.request('GET', `/api/admin/customers/${customer.id}`)).status).toBe(200)
  })

  it('keeps the secret that it made for itself readable by its owner only', async () => {
    berth = await startBerth({ dataDir })
    expect(statSync(path.join(dataDir, 'app-secret')).mode & 0o777).toBe(0o600)
  })

  it('says so when a second Berth starts on the same data folder, and both see the same data', async () => {
    berth = await startBerth({ dataDir })
    const second = await startBerth({ dataDir })
    try {
      expect(second.output()).toContain('another Berth runs on this data folder')
      await new ApiClient(second.url).signIn(ADMIN.email, ADMIN.password)
    }
    finally {
      second.kill('SIGTERM')
      await second.exited
    }
    expect((await fetch(`${berth.url}/api/ready`)).status).toBe(200)
  })

  it('names the variable that is wrong, and does not start', async () => {
    const { code, said } = await runUntilExit({ PORT: 'harbour', DATA_DIR: dataDir })
    expect(code).toBe(1)
    expect(said).toContain('PORT must be a port number.')
  })

  it('says which port is in use, and leaves no database behind', async () => {
    berth = await startBerth({ dataDir })
    const other = mkdtempSync(path.join(os.tmpdir(), 'berth-port-'))
    const { code, said } = await runUntilExit({ PORT: new URL(berth.url).port, DATA_DIR: other })
    expect(code).toBe(1)
    expect(said).toContain(`Port ${new URL(berth.url).port} on 127.0.0.1 is in use`)
    rmSync(other, { recursive: true, force: true })
  })

  it('lets the first visitor set up with a code from the log where no admin is given', async () => {
    berth = await startBerth({ dataDir, env: { ADMIN_EMAIL: '', ADMIN_PASSWORD: '' } })
    const code = /code ([A-Z0-9]{4}(?:-[A-Z0-9]{4})+)/.exec(berth.output())?.[1]
    expect(code, berth.output()).toBeDefined()
    const client = new ApiClient(berth.url)
    expect((await client.request('POST', '/api/setup', { code: 'AAAA-BBBB-CCCC', name: 'Mallory', email: 'm@example.com', password: 'guessing is hard' })).status).toBeGreaterThanOrEqual(400)
    const answer = await client.request('POST', '/api/setup', { code, name: 'Ada', email: 'ada@example.com', password: 'first of all admins' })
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
    await new ApiClient(berth.url).signIn('ada@example.com', 'first of all admins')
    expect((await client.request('POST', '/api/setup', { code, name: 'Eve', email: 'eve@example.com', password: 'second of all admins' })).status).toBe(404)
  })
})
