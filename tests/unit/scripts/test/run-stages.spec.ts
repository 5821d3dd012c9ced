import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runStages } from '../../../../scripts/test/run-stages.ts'
import type { Stage } from '../../../../scripts/test/stage.ts'

let folder: string
let written: string[]
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'berth-stages-'))
  written = []
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const stage = (name: string, code: string, more: Partial<Stage> = {}): Stage => ({ name, command: [process.execPath, '-e', code], ...more })
const run = (stages: Stage[], { atOnce = 2, isCi = false } = {}) => runStages(stages, { atOnce, cwd: folder, folder, isCi, write: (text) => written.push(text.trim()) })
const count = async (...given: Parameters<typeof run>) => {
  const { passed, failed, skipped } = await run(...given)
  return { passed, failed, skipped }
}

/** Code that says `before`, and `after` once the other one has begun: it ends only if both run at once. */
const meets = (own: string, other: string) => `
  const fs = require('node:fs')
  console.log('before ${own}')
  fs.writeFileSync('${own}', '')
  const timer = setInterval(() => { if (fs.existsSync('${other}')) { console.log('after ${own}'); clearInterval(timer) } }, 10)`

describe('runStages', () => {
  it('runs two side by side, and never mixes what they say', async () => {
    expect(await count([stage('left', meets('left', 'right')), stage('right', meets('right', 'left'))])).toEqual({ passed: 2, failed: 0, skipped: 0 })
    expect(written).toHaveLength(2)
    for (const name of ['left', 'right']) {
      expect(written).toContainEqual(expect.stringMatching(new RegExp(`^--- ${name}\nbefore ${name}\nafter ${name}\n--- ${name}: 1 passed, 0 failed \\(\\d+ s\\)$`)))
    }
  })

  it('starts nothing before what it needs has passed, though there is room', async () => {
    const needy = stage('needy', 'process.exit(require("node:fs").existsSync("done") ? 0 : 1)', { needs: ['first'] })
    const first = stage('first', 'setTimeout(() => require("node:fs").writeFileSync("done", ""), 50)')
    expect(await count([needy, first])).toEqual({ passed: 2, failed: 0, skipped: 0 })
  })

  it('counts what needs a failed stage as failed without running it, and goes on with the rest', async () => {
    const touch = stage('chaos', 'require("node:fs").writeFileSync("ran", "")', { needs: ['build'] })
    expect(await count([stage('build', 'process.exit(2)'), touch, stage('after chaos', '', { needs: ['chaos'] }), stage('lint', '')])).toEqual({ passed: 1, failed: 3, skipped: 0 })
    expect(existsSync(path.join(folder, 'ran'))).toBe(false)
    expect(written).toContain('--- chaos: not run. build failed')
  })

  it('skips what the machine lacks something for, but fails in CI', async () => {
    const stages = [stage('e2e', '', { missing: Promise.resolve('There is no browser.') })]
    expect(await count(stages)).toEqual({ passed: 0, failed: 0, skipped: 1 })
    expect(await count(stages, { isCi: true })).toEqual({ passed: 0, failed: 1, skipped: 0 })
  })

  it('adds up what the reports say', async () => {
    const tally = { passed: 5, failed: 2, skipped: 1, failures: [] }
    expect(await count([stage('a', 'process.exit(1)', { readTally: () => tally }), stage('b', '', { readTally: () => ({ ...tally, failed: 0 }) })])).toEqual({ passed: 10, failed: 2, skipped: 2 })
  })

  it.each([
    { what: 'fails outside of its tests', code: 'process.exit(1)', readTally: () => ({ passed: 3, failed: 0, skipped: 0, failures: [] }), passed: 3 },
    { what: 'writes no report', code: '', readTally: () => { throw new Error('no file') }, passed: 0 },
  ])('fails a stage that $what', async ({ code, readTally, passed }) => {
    expect(await count([stage('unit', code, { readTally })])).toEqual({ passed, failed: 1, skipped: 0 })
  })

  it('keeps what failed and how, for the end of the log, where it is looked for', async () => {
    const unit = stage('unit', 'process.exit(1)', { readTally: () => ({ passed: 3, failed: 1, skipped: 0, failures: ['a.spec.ts: counts\nexpected 2'] }) })
    const { failures } = await run([unit, stage('lint', 'console.log("a.ts: unused"); process.exit(1)'), stage('fine', 'console.log("well")'), stage('after lint', '', { needs: ['lint'] })])
    expect(failures.toSorted()).toEqual(['after lint: not run. lint failed', 'lint: ended with 1\na.ts: unused', 'unit: a.spec.ts: counts\nexpected 2'])
  })

  it('fails a stage whose program is not there', async () => {
    expect(await count([{ name: 'knip', command: ['no-such-program'] }])).toEqual({ passed: 0, failed: 1, skipped: 0 })
  })

  it('refuses a need that is no stage, instead of waiting for ever', async () => {
    await expect(run([stage('a', '', { needs: ['typo'] })])).rejects.toThrow('not among the stages: a')
  })
})
