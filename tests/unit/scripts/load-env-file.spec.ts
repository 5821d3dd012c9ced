import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadEnvFile } from '../../../scripts/load-env-file.ts'

let folder: string
beforeEach(() => { folder = mkdtempSync(path.join(os.tmpdir(), 'berth-env-')) })
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
  delete process.env.BERTH_SPEC_GIVEN
  delete process.env.BERTH_SPEC_NEW
})

describe('loadEnvFile', () => {
  it('takes what the file says and leaves what the caller has set', () => {
    const file = path.join(folder, '.env')
    writeFileSync(file, 'BERTH_SPEC_GIVEN=file\nBERTH_SPEC_NEW=file\n')
    process.env.BERTH_SPEC_GIVEN = 'caller'
    loadEnvFile(file)
    expect([process.env.BERTH_SPEC_GIVEN, process.env.BERTH_SPEC_NEW]).toEqual(['caller', 'file'])
  })

  it('does without a file, as a newcomer has none', () => {
    expect(() => loadEnvFile(path.join(folder, '.env'))).not.toThrow()
  })
})
