import type { Db, Services } from '../../context.ts'
import { configuredAddress } from '../../env.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { hashPassword } from '../sessions/passwords.ts'
import { SETUP_GROUP, SETUP_LOCK, newSetupCode } from './rules.ts'

/**
 * When there is no admin: makes the one that ADMIN_EMAIL and ADMIN_PASSWORD name, else prints where to make one and the code for it.
 * The code is sealed in the database, so every process that serves pages and every restart shows the same one until it is used.
 * @throws Error when ADMIN_EMAIL is the address of somebody who is no admin
 */
export async function ensureFirstAdmin(services: Services): Promise<void> {
  const { env, db, log } = services
  if (await hasAdmin(db)) return
  if (env.ADMIN_EMAIL && env.ADMIN_PASSWORD) {
    const isMade = await makeAdmin(services, env.ADMIN_EMAIL.toLowerCase(), env.ADMIN_PASSWORD)
    if (isMade) log.info({ email: env.ADMIN_EMAIL }, 'made the first admin from ADMIN_EMAIL')
    return
  }
  const code = await ensureSetupCode(services)
  // A process that only works has no such page.
  if (code && env.WORKER !== 'only') log.warn(`Set-up: open ${configuredAddress(env)}/setup and enter the code ${code}`)
}

export async function hasAdmin(db: Db): Promise<boolean> {
  return await db.user.findFirst({ where: { role: 'admin' }, select: { id: true } }) !== null
}

async function makeAdmin(services: Services, email: string, password: string): Promise<boolean> {
  const passwordHash = await hashPassword(password)
  return services.db.$transaction(async (tx) => {
    await tx.$executeRaw`select pg_advisory_xact_lock(${SETUP_LOCK}::bigint)`
    if (await hasAdmin(tx)) return false // another process was first
    if (await tx.user.findUnique({ where: { email }, select: { id: true } })) throw new Error(`ADMIN_EMAIL (${email}) is the address of a customer. Use another one.`)
    const user = await tx.user.create({
      data: { email, name: 'Admin', role: 'admin', passwordHash, passwordChangedAt: services.now() },
      select: { id: true, name: true },
    })
    await tx.setting.deleteMany({ where: { group: SETUP_GROUP } })
    await recordAudit(tx, services, { action: 'admin.created', entity: 'admin', entityId: user.id, entityName: user.name, after: { name: user.name, email, role: 'admin' } })
    return true
  })
}

async function ensureSetupCode(services: Services): Promise<string | null> {
  return services.db.$transaction(async (tx) => {
    await tx.$executeRaw`select pg_advisory_xact_lock(${SETUP_LOCK}::bigint)`
    if (await hasAdmin(tx)) return null
    const known = await readSetupCode(tx, services)
    if (known) return known
    const code = newSetupCode()
    const value = { sealedCode: services.vault.seal(code, 'settings.setup.code') }
    await tx.setting.upsert({ where: { group: SETUP_GROUP }, create: { group: SETUP_GROUP, value }, update: { value } })
    return code
  })
}

/** The code as any process may check it; null when there is none, or when it was sealed under another APP_SECRET. */
export async function readSetupCode(db: Db, services: Services): Promise<string | null> {
  const row = await db.setting.findUnique({ where: { group: SETUP_GROUP }, select: { value: true } })
  const sealed = row && typeof row.value === 'object' && row.value && 'sealedCode' in row.value ? row.value.sealedCode : null
  if (typeof sealed !== 'string') return null
  try {
    return services.vault.open(sealed, 'settings.setup.code')
  }
  catch (error) {
    services.log.warn({ err: error }, 'the set-up code was sealed under another APP_SECRET: making a new one')
    return null
  }
}
