import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

export interface Credentials {
  admin: { email: string, password: string }
  customer: { email: string, password: string }
}

/** Who may sign in to a demo or a development data folder. Made once per folder and kept there (mode 600): no password is the same twice. */
export function readCredentials(dataDir: string): Credentials {
  const file = path.join(dataDir, 'sign-in.json')
  mkdirSync(dataDir, { recursive: true })
  const fresh: Credentials = {
    admin: { email: 'admin@example.com', password: randomBytes(9).toString('base64url') },
    customer: { email: 'mara@example.com', password: randomBytes(9).toString('base64url') },
  }
  try {
    writeFileSync(file, `${JSON.stringify(fresh, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  }
  catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error // else they were made earlier
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Credentials
}
