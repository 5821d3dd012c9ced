import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { describe, expect, inject, it } from 'vitest'

const BOOT = `import { boot } from ${JSON.stringify(path.resolve('server/boot.ts'))}
boot().then(() => process.exit(0), (error) => { process.stdout.write(error.message); process.exit(1) })`

/** What a process that starts Berth with this database ends with. */
function startOn(url: string): string {
  const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', BOOT], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, NODE_ENV: 'test', LOG_LEVEL: 'silent', NODE_COMPILE_CACHE: inject('compileCache'), DATABASE_URL: url, APP_SECRET: 'a secret that only the tests know, of enough length' },
  })
  expect(status).toBe(1)
  return stdout
}

describe('a start without a usable database', () => {
  it('says what to do where nobody listens', () => {
    expect(startOn('postgresql://berth:not-for-the-log@localhost:1/berth')).toMatch(/^DATABASE_URL can't be used: its host refuses connections on its port\..*\(ECONNREFUSED\)\.$/)
  })

  it('names DATABASE_URL for a wrong password, and tells neither the wrong one nor the address', () => {
    const url = new URL(inject('templateUrl'))
    Object.assign(url, { pathname: '/postgres', password: 'not-for-the-log' })
    const said = startOn(url.href)
    expect(said).toMatch(/^DATABASE_URL can't be used: PostgreSQL refuses its user or its password.*\(28P01\)\.$/)
    for (const part of ['not-for-the-log', url.host]) expect(said).not.toContain(part)
  })
})
