import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { startEmbeddedPostgres } from '../../../server/db/embedded-postgres.ts'
import { addAdmin } from '../../../server/domains/admins/add-admin.ts'
import { resetAdminAccess } from '../../../server/domains/admins/reset-admin-access.ts'
import { startHttp } from '../support/http.ts'
import { migrate } from '../support/migrate.ts'
import { createTestServices, type TestServices } from '../support/services.ts'

const ADDRESS = 'https://panel.example.com'

async function open(url?: string): Promise<TestServices> {
  const services = await createTestServices(url ? { DATABASE_URL: url } : {})
  onTestFinished(() => services.close())
  return services
}

describe('a link for an admin', () => {
  it('lets one who is locked out in again; the audit log has it, and what the former password had opened ends', async () => {
    const services = await open()
    const http = await startHttp(services)
    onTestFinished(() => http.close())
    const before = await http.person('admin', 'Ada')
    const { email } = await services.db.user.update({ where: { id: before.userId ?? '' }, data: { passwordHash: 'forgotten' } })

    const { url } = await resetAdminAccess(services, email, ADDRESS)
    expect(url).toMatch(/^https:\/\/panel\.example\.com\/invitation\/[\w-]{20,}$/)
    const password = 'a new password of Ada'
    expect(await http.anonymous().request('POST', url.replace(`${ADDRESS}/invitation`, '/api/invitations'), { body: { password } })).toMatchObject({ status: 200 })
    expect(await http.anonymous().request('POST', '/api/auth/sign-in/email', { body: { email, password } })).toMatchObject({ status: 200, body: { user: { role: 'admin' } } })
    expect((await before.request('GET', '/api/auth/get-session')).body).toBeNull()
    expect(await services.db.auditEvent.findFirst({ where: { action: 'admin.invited' } })).toMatchObject({ actorKind: 'system', entity: 'admin', entityId: before.userId, entityName: 'Ada', after: { isReset: true, expiresAt: expect.any(String) } })
  })

  it('comes with a second admin, in the audit log as well, and with nobody whose address is taken', async () => {
    const services = await open()
    const add = () => addAdmin(services, { email: 'grace@example.com', name: 'Grace' }, ADDRESS)
    await add()
    const grace = await services.db.user.findUniqueOrThrow({ where: { email: 'grace@example.com' }, include: { invitations: true } })
    expect(grace).toMatchObject({ name: 'Grace', role: 'admin', passwordHash: null, invitations: [{ acceptedAt: null }] })
    expect(await services.db.auditEvent.findFirst({ where: { action: 'admin.added' } })).toMatchObject({ entityId: grace.id, after: { email: 'grace@example.com', role: 'admin' } })
    await expect(add()).rejects.toMatchObject({ code: 'invalid_input', message: 'Somebody with this address exists already.' })
  })

  it('ends the set-up, for there is an admin then', async () => {
    const services = await open()
    await services.db.setting.create({ data: { group: 'setup', value: { sealedCode: 'of the log' } } })
    await addAdmin(services, { email: 'grace@example.com', name: 'Grace' }, ADDRESS)
    expect(await services.db.setting.count({ where: { group: 'setup' } })).toBe(0)
  })

  it('is made for no account that is switched off, which it would not open', async () => {
    const services = await open()
    await services.db.user.create({ data: { email: 'ada@example.com', name: 'Ada', role: 'admin', disabledAt: new Date() } })
    await expect(resetAdminAccess(services, 'ada@example.com', ADDRESS)).rejects.toMatchObject({ reason: 'admin_disabled' })
  })
})

describe('npm run admin', () => {
  interface Said { stdout: string, stderr: string, code?: number }

  function run(env: Record<string, string>, ...args: string[]): Promise<Said> {
    return promisify(execFile)(process.execPath, [path.resolve('scripts/admin.ts'), ...args], {
      env: { PATH: process.env.PATH, NODE_ENV: 'test', NODE_COMPILE_CACHE: inject('compileCache'), APP_SECRET: 'a secret that only the tests know, of enough length', ...env },
    }).catch((error: Said) => error)
  }

  it('makes no link for a customer, and lists the admins that there are, as whoever mistypes an address needs', async () => {
    const services = await open()
    await services.db.user.create({ data: { email: 'ada@example.com', name: 'Ada', role: 'admin' } })
    await services.db.user.create({ data: { email: 'mara@example.com', name: 'Mara', role: 'customer' } })
    expect(await run({ DATABASE_URL: services.url }, 'link', 'mara@example.com')).toMatchObject({ code: 1, stderr: 'No admin has this address. Admins are: ada@example.com.\n' })
    expect(await services.db.invitation.count()).toBe(0)
  })

  it('writes to the embedded database while Berth runs on it, and leaves it running', async () => {
    const DATA_DIR = mkdtempSync(path.join(os.tmpdir(), 'berth-admin-'))
    const postgres = await startEmbeddedPostgres(path.join(DATA_DIR, 'postgres'), { isDurable: false })
    onTestFinished(async () => {
      await postgres.stop()
      rmSync(DATA_DIR, { recursive: true, force: true })
    })
    await migrate(postgres.url)
    const said = await run({ DATA_DIR }, 'add', 'Ada@example.com', 'Ada', 'Lovelace')
    expect(said.stderr).toBe('')
    expect(said.stdout).toMatch(/^http:\/\/127\.0\.0\.1:3000\/invitation\/[\w-]{20,}\nGood for one use until .*\nPUBLIC_URL is not set/)
    expect(await (await open(postgres.url)).db.user.findMany({ select: { email: true, name: true, role: true } })).toEqual([{ email: 'ada@example.com', name: 'Ada Lovelace', role: 'admin' }])
  })

  it('tells how it is used where that is not clear', async () => {
    expect(await run({}, 'add', 'ada@example.com')).toMatchObject({ code: 1, stderr: expect.stringContaining('npm run admin -- add <e-mail> <name>') })
  })
})
