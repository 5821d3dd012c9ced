import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeOnce } from '../../../scripts/make-once.ts'

/** Something that is made by hand: `finish` ends the making at hand. */
function openThing() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'berth-once-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const lock = path.join(folder, 'cache/lock')
  const state = { isMade: false, made: 0, atOnce: 0, most: 0, waits: 0, finish: () => {} }
  const come = () => makeOnce({
    lock,
    isMade: () => state.isMade,
    async make() {
      state.most = Math.max(state.most, ++state.atOnce)
      await new Promise<void>((resolve) => { state.finish = resolve })
      state.atOnce--
      state.made++
      state.isMade = true
    },
    onWait: () => { state.waits++ },
  })
  return { lock, state, come }
}

describe('makeOnce', () => {
  it('lets one of several make it, and the others wait and take what was made', async () => {
    const { lock, state, come } = openThing()
    const all = Promise.all([come(), come(), come()])
    await expect.poll(() => state.waits).toBe(2)
    state.finish()
    await all
    expect(state).toMatchObject({ made: 1, most: 1 })
    expect(existsSync(lock)).toBe(false)
  })

  it('makes nothing where it is made already', async () => {
    const { state, come } = openThing()
    state.isMade = true
    await come()
    expect(state.made).toBe(0)
  })

  it('does not take what looks made while somebody still makes it', async () => {
    const { state, come } = openThing()
    const first = come()
    await expect.poll(() => state.atOnce).toBe(1)
    state.isMade = true // its first file is there
    const second = come()
    await expect.poll(() => state.waits).toBe(1)
    state.finish()
    await Promise.all([first, second])
    expect(state.made).toBe(1)
  })

  it('makes anew what somebody left half-made, once, however many find it', async () => {
    const { lock, state, come } = openThing()
    await make(lock)
    state.isMade = true
    const all = Promise.all([come(), come()])
    await expect.poll(() => state.atOnce).toBe(1)
    await expect.poll(() => state.waits).toBeGreaterThan(0)
    state.finish()
    await all
    expect(state).toMatchObject({ made: 1, most: 1 })
  })

  it('lets the next one try when making fails, and says why', async () => {
    const { lock, state, come } = openThing()
    await expect(makeOnce({ lock, isMade: () => false, make: () => Promise.reject(new Error('no room')), onWait: () => {} })).rejects.toThrow('no room')
    const next = come()
    await expect.poll(() => state.atOnce).toBe(1)
    state.finish()
    await next
    expect(state).toMatchObject({ made: 1, waits: 0 })
  })

  /** The lock of a process that was killed some time ago. */
  async function make(lock: string) {
    await makeOnce({ lock, isMade: () => false, make: () => Promise.resolve(), onWait: () => {} }) // makes the folder
    writeFileSync(lock, 'somebody')
    utimesSync(lock, new Date(0), new Date(0))
  }
})
