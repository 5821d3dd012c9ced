import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { readOptions } from '../../../simulator/options.ts'
import { rig, stateFile } from './support.ts'

describe('options', () => {
  it('reads flags before the environment before defaults', () => {
    expect(readOptions([], {})).toEqual({ port: 4100, host: '127.0.0.1' })
    expect(readOptions(['--port', '0', '--state', 'panel.json'], { SIMULATOR_PORT: '5000', SIMULATOR_SPEED: '2.5' }))
      .toMatchObject({ port: 0, speed: 2.5, stateFile: 'panel.json' })
  })

  it('names the option that is wrong', () => {
    expect(() => readOptions(['--port', 'many'], {})).toThrow('--port')
    expect(() => readOptions(['--speed', '0'], {})).toThrow('--speed')
  })

  it('leaves out what nobody gave, so that a state file keeps its own', () => {
    expect(readOptions(['--token', 'mine'], { SIMULATOR_SEED: '7' })).toEqual({ port: 4100, host: '127.0.0.1', token: 'mine', seed: 7 })
  })
})

const children: ChildProcess[] = []

// A test that fails halfway must not leave a panel running: the runner would wait for it for ever.
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

async function program(...flags: string[]) {
  const child = spawn(process.execPath, ['simulator/main.ts', '--port', '0', ...flags], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  const [line] = await once(child.stdout, 'data') as [Buffer]
  const [, url = '', token = ''] = /at (http:\S+) with token (\S+)/.exec(line.toString()) ?? []
  const call = (method: string, path: string, body?: unknown) => fetch(`${url}/api/v1${path}`, {
    method, headers: { 'authorization': `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })

  return { token, call, end: (signal: NodeJS.Signals) => {
    child.kill(signal)

    return once(child, 'exit')
  } }
}

/** What the program says when it does not start. */
async function complaint(...flags: string[]): Promise<string> {
  const child = spawn(process.execPath, ['simulator/main.ts', '--port', '0', ...flags], { stdio: ['ignore', 'ignore', 'pipe'] })
  children.push(child)
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => { said += chunk.toString() })
  expect(await once(child, 'close')).toEqual([1, null])

  return said
}

describe('the program', () => {
  it('says its address and token in one line, answers there and ends on SIGTERM', async () => {
    const panel = await program('--token', 'mine')
    expect(panel.token).toBe('mine')
    const reply = await panel.call('GET', '/connect')
    expect([reply.status, await reply.text()]).toEqual([200, '[]'])
    expect(await panel.end('SIGTERM')).toEqual([0, null])
  })

  it('takes the token and the speed that it was started with, whatever the state file says', async () => {
    const state = stateFile()
    const before = await program('--state', state, '--token', 'old', '--speed', '3')
    await before.end('SIGTERM')
    const after = await program('--state', state, '--token', 'new')
    expect(after.token).toBe('new')
    expect((await after.call('GET', '/connect')).status).toBe(200)
    await after.end('SIGTERM')
    const again = await program('--state', state)
    expect(again.token).toBe('new')
    await again.end('SIGTERM')
  })

  it('names the port that is taken and the state file that is broken, each with its fix', async () => {
    const { port } = await rig()
    expect(await complaint('--port', String(port))).toMatch(/port is taken.*--port/)
    const state = stateFile()
    writeFileSync(state, '{"form')
    expect(await complaint('--state', state)).toContain(`The state file ${state} can't be read`)
    expect(readFileSync(state, 'utf8')).toBe('{"form')
  })

  it('still holds every server that it answered for after it was killed', async () => {
    const state = stateFile()
    const before = await program('--state', state)
    expect((await before.call('POST', '/servers', { packageId: 1, userId: 2, hypervisorId: 1 })).status).toBe(201)
    await before.end('SIGKILL')
    const after = await program('--state', state)
    expect((await after.call('GET', '/servers/101')).status).toBe(200)
    await after.end('SIGTERM')
  })
})

describe('the page for people', () => {
  it('is served with a policy that allows nothing from elsewhere', async () => {
    const panel = await rig()
    const page = await fetch(panel.url)
    expect(page.headers.get('content-security-policy')).toContain('default-src \'none\'')
    const html = await page.text()
    expect(html).toContain('VirtFusion simulator')
    expect(html).not.toMatch(/https?:\/\//)
    for (const path of ['/page.js', '/page.css', '/img/logo/debian_logo.png']) expect((await fetch(panel.url + path)).status).toBe(200)
  })
})
