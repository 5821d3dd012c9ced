import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { root, SOURCES } from '../../../scripts/build-if-needed.ts'

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
