import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { root, runBuild, SOURCES } from '../../../scripts/build-if-needed.ts'

/** Folders that never come into the build, as `ignore` in nuxt.config.ts has it; `scripts` is not a folder that Nuxt looks into. */
const NOT_BUILT = ['bench', 'docs', 'scripts', 'simulator', 'tests']

it('takes every folder that the build reads for a source, so that no change is served stale', () => {
  const ignored = readFileSync(path.join(root, '.gitignore'), 'utf8').split('\n')
  const folders = readdirSync(root, { withFileTypes: true })
    .filter((item) => item.isDirectory() && !item.name.startsWith('.') && !ignored.includes(`${item.name}/`))
    .map(({ name }) => name)
    .filter((name) => !NOT_BUILT.includes(name))
  expect(SOURCES).toEqual(expect.arrayContaining(folders))
})

describe('runBuild', () => {
  it('says why a build did not run at all', async () => {
    await expect(runBuild('/nowhere/node', [])).rejects.toThrow('/nowhere/node does not run: spawn /nowhere/node ENOENT')
  })

  it('tells all that a build wrote when it fails, and by what it ended', async () => {
    const failing = (end: string) => runBuild(process.execPath, ['-e', `console.log('to one'); console.error('to the other'); ${end}`])
    await expect(failing('process.exitCode = 3')).rejects.toThrow(/to one[^]*It ended with code 3\./)
    await expect(failing('process.exitCode = 3')).rejects.toThrow(/to the other/)
    await expect(failing('process.kill(process.pid, \'SIGKILL\')')).rejects.toThrow(/It ended with SIGKILL\./)
  })
})
