import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { readOptions } from '../../../simulator/options.ts'
import { rig } from './support.ts'

describe('options', () => {
  it('reads flags before the environment before defaults', () => {
    expect(readOptions([], {})).toEqual({ port: 4100, host: '127.0.0.1', token: 'sim-token-full', speed: 1, seed: 1 })
    expect(readOptions(['--port', '0', '--state', 'panel.json'], { SIMULATOR_PORT: '5000', SIMULATOR_SPEED: '2.5' }))
      .toMatchObject({ port: 0, speed: 2.5, stateFile: 'panel.json' })
  })

  it('names the option that is wrong', () => {
    expect(() => readOptions(['--port', 'many'], {})).toThrow('--port')
    expect(() => readOptions(['--speed', '0'], {})).toThrow('--speed')
  })
})

describe('the program', () => {
  it('says its address and token in one line, answers there and ends on SIGTERM', async () => {
    const child = spawn(process.execPath, ['simulator/main.ts', '--port', '0', '--token', 'mine'], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = await once(child.stdout, 'data') as [Buffer]
    const found = /at (http:\S+) with token (\S+)/.exec(line.toString())
    expect(found?.[2]).toBe('mine')
    const reply = await fetch(`${found?.[1]}/api/v1/connect`, { headers: { authorization: 'Bearer mine' } })
    expect([reply.status, await reply.text()]).toEqual([200, '[]'])
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
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
