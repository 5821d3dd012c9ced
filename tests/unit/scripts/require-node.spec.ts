import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { judgeNode } from '../../../scripts/require-node.mjs'

describe('judgeNode', () => {
  it.each(['20.19.0', '22.21.1', '24.6.0'])('tells somebody with Node %s what is needed, in place of an error of Node', (version) => {
    expect(judgeNode(version)).toBe(`Berth runs on Node 24.7 or newer, and this is Node ${version}. On Linux "npm ci" brings one along; on macOS install it yourself.`)
  })

  it.each(['24.7.0', '24.21.0', '26.0.0'])('lets Node %s start', (version) => {
    expect(judgeNode(version)).toBeNull()
  })

  it('stands before everything that people start', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
    for (const name of ['start', 'worker', 'dev', 'demo', 'admin']) expect(scripts[name]).toContain('--import ./scripts/require-node.mjs ')
  })
})
