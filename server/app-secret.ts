import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import type { Env } from './env.ts'

/**
 * APP_SECRET from the environment; with the embedded database it is made once and kept below DATA_DIR (mode 600).
 * @throws Error when the file holds no secret, or the folder can't be written to
 */
export function readAppSecret(env: Pick<Env, 'APP_SECRET' | 'DATA_DIR'>): string {
  if (env.APP_SECRET) return env.APP_SECRET
  const file = path.join(env.DATA_DIR, 'app-secret')
  fs.mkdirSync(env.DATA_DIR, { recursive: true })
  if (!fs.existsSync(file)) makeSecret(file)
  const secret = fs.readFileSync(file, 'utf8').trim()
  if (secret.length < 32) throw new Error(`The file ${file} does not hold a secret. Restore it from a backup, or set APP_SECRET.`)
  return secret
}

/** Gets its name once all of it is on the disk: no process reads a part of it, and a power cut leaves none. */
function makeSecret(file: string): void {
  const temporary = `${file}.${randomBytes(6).toString('hex')}`
  try {
    fs.writeFileSync(temporary, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx', flush: true })
    fs.linkSync(temporary, file) // takes no name that is taken: of two processes that start together exactly one makes it
    flushFolder(path.dirname(file))
  }
  catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  finally {
    fs.rmSync(temporary, { force: true })
  }
}

/** The name as well has to outlive a power cut, for what is sealed with the secret does. */
function flushFolder(folder: string): void {
  if (process.platform === 'win32') return // does it by itself, and opens no folders
  const handle = fs.openSync(folder, 'r')
  fs.fsyncSync(handle)
  fs.closeSync(handle)
}
