import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readAppSecret } from '../../../server/app-secret.ts'

function makeFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'berth-secret-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

describe('readAppSecret', () => {
  it('makes one, keeps it for its owner only, and reads the same from then on', () => {
    const DATA_DIR = makeFolder()
    const secret = readAppSecret({ DATA_DIR })
    expect(secret.length).toBeGreaterThanOrEqual(32)
    expect(readAppSecret({ DATA_DIR })).toBe(secret)
    expect(statSync(path.join(DATA_DIR, 'app-secret')).mode & 0o777).toBe(0o600)
    expect(readdirSync(DATA_DIR)).toEqual(['app-secret'])
  })

  it('leaves no half of one behind when the process ends while it writes, which would stop every later start', () => {
    const DATA_DIR = makeFolder()
    const script = `import { readAppSecret } from ${JSON.stringify(path.resolve('server/app-secret.ts'))}\nreadAppSecret({ DATA_DIR: ${JSON.stringify(DATA_DIR)} })`
    // No file may hold a byte: opening one goes well, writing does not.
    const { status } = spawnSync('/bin/sh', ['-c', 'ulimit -f 0; exec "$0" --input-type=module -e "$1"', process.execPath, script])
    expect(status).not.toBe(0)
    expect(readAppSecret({ DATA_DIR }).length).toBeGreaterThanOrEqual(32)
  })

  it('makes no new one in place of one that is damaged: what the other sealed would be lost', () => {
    const DATA_DIR = makeFolder()
    writeFileSync(path.join(DATA_DIR, 'app-secret'), '')
    expect(() => readAppSecret({ DATA_DIR })).toThrow(/Restore it from a backup, or set APP_SECRET/)
    expect(readFileSync(path.join(DATA_DIR, 'app-secret'), 'utf8')).toBe('')
  })
})
