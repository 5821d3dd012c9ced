import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import type { Env } from './env.ts'

/** APP_SECRET from the environment; with the embedded database it is made once and kept below DATA_DIR (mode 600). */
export function readAppSecret(env: Env): string {
  if (env.APP_SECRET) return env.APP_SECRET
  const file = path.join(env.DATA_DIR, 'app-secret')
  fs.mkdirSync(env.DATA_DIR, { recursive: true })
  try {
    // `wx`: of two processes that start together exactly one writes.
    fs.writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' })
  }
  catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  const secret = fs.readFileSync(file, 'utf8').trim()
  if (secret.length < 32) throw new Error(`The file ${file} does not hold a secret. Restore it from a backup, or set APP_SECRET.`)
  return secret
}
