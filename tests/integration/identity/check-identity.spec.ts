import { describe, expect, it } from 'vitest'
import { enterSafeMode, isInSafeMode } from '../../../server/domains/identity/enter-safe-mode.ts'
import { getIdentity } from '../../../server/domains/identity/get-identity.ts'
import { keepWitness } from '../../../server/domains/identity/keep-witness.ts'
import { checkDatabase, checkIdentity, isIdentityDue } from '../../../server/engine/identity/check-identity.ts'
import { engineOf } from '../../../server/engine/engine-of.ts'
import { readSafeMode, safeModeDiagnosis } from '../../../server/engine/identity/read-safe-mode.ts'
import { countWitness } from '../../../server/engine/identity/witness.ts'
import { enqueue } from '../../../server/engine/queue.ts'
import { openStage, RESTRICTED_TOKEN, waitFor, type Stage } from '../engine/support.ts'
import { becomeAnother, boundStage, identityOf, reasonOf, told } from './support.ts'

const witnesses = ({ simulator }: Stage) => [...simulator.control.state.users.values()].filter(({ name }) => name.startsWith('Berth witness'))
const setMark = (stage: Stage, databaseMark: string) => stage.services.db.panelIdentity.update({ where: { id: 'default' }, data: { databaseMark } })

describe('the first look', () => {
  it('stores what the panel shows, and the mark of our database, and changes nothing at the panel', async () => {
    const stage = await boundStage()
    expect(await identityOf(stage)).toMatchObject({
      origin: stage.simulator.url, witnessUserId: null, safeModeSince: null, databaseMark: expect.stringMatching(/^\d+:\d+:\d+:\d+$/),
      fingerprint: { groups: { 1: 'Amsterdam', 2: 'Frankfurt', 3: 'Tiny' }, packages: expect.objectContaining({ 1: 'VPS S' }) },
    })
    expect(stage.simulator.control.ledger.calls.every(({ operation }) => operation.startsWith('GET '))).toBe(true)
    expect(await getIdentity(stage.admin)).toMatchObject({ kind: 'fingerprint', witness: null, isInSafeMode: false })
  })

  it('is due at once, and then again after five minutes', async () => {
    const stage = await openStage()
    expect(await isIdentityDue(stage.services)).toBe(true)
    await checkIdentity(stage.services)
    expect(await isIdentityDue(stage.services)).toBe(false)
    stage.services.now = () => new Date(Date.now() + 5 * 60_000 + 1_000)
    expect(await isIdentityDue(stage.services)).toBe(true)
  })
})

describe('without a witness', () => {
  it('takes a renamed package for normal life and remembers its new name', async () => {
    const stage = await boundStage()
    const { packages } = stage.simulator.control.state
    const row = packages.get(1)
    if (row) packages.set(1, { ...row, name: 'VPS Small' })
    expect(await checkIdentity(stage.services)).toEqual({ type: 'same', by: 'fingerprint' })
    expect(await identityOf(stage)).toMatchObject({ safeModeSince: null, fingerprint: { packages: expect.objectContaining({ 1: 'VPS Small' }) } })
  })

  it('enters safe mode when another panel answers at the same address, and tells the admins once', async () => {
    const stage = await boundStage()
    becomeAnother(stage.simulator)
    await checkIdentity(stage.services)
    expect(await reasonOf(stage)).toEqual({ code: 'fingerprint_changed', params: { known: 8, kept: 0 } })
    await enterSafeMode(stage.services.db, stage.services, { code: 'something_else', params: {} })
    expect(await reasonOf(stage)).toMatchObject({ code: 'fingerprint_changed' })
    expect(await told(stage)).toEqual(['safe_mode_entered'])
    expect(await stage.services.db.auditEvent.findMany({ where: { action: 'safe_mode.entered' } })).toMatchObject([{ after: { code: 'fingerprint_changed', known: 8, kept: 0 } }])
  })

  it('follows another panel without an alarm while nothing is bound', async () => {
    const stage = await openStage()
    await checkIdentity(stage.services)
    becomeAnother(stage.simulator)
    await checkIdentity(stage.services)
    expect(await identityOf(stage)).toMatchObject({ safeModeSince: null, fingerprint: { packages: expect.objectContaining({ 1: 'Other 1' }) } })
  })

  it('has no opinion while the panel gives no lists', async () => {
    const stage = await boundStage()
    stage.simulator.control.faults.add({ kind: 'status', status: 500 })
    expect(await checkIdentity(stage.services)).toEqual({ type: 'unknown', code: 'panel_unavailable' })
    expect(await isInSafeMode(stage.services.db)).toBe(false)
  })

  it('says unknown with a token that may read nothing, and goes on working', async () => {
    const stage = await boundStage({}, { token: RESTRICTED_TOKEN })
    expect(await checkIdentity(stage.services)).toEqual({ type: 'unknown', code: 'panel_not_readable' })
    expect(await getIdentity(stage.admin)).toMatchObject({ kind: 'none', isBlind: true, verifiedAt: null, isInSafeMode: false })
  })

  it('blames no token before it has looked', async () => {
    const stage = await openStage()
    expect(await getIdentity(stage.admin)).toMatchObject({ kind: 'none', isBlind: false, verifiedAt: null })
  })
})

describe('with a witness', () => {
  it('makes one user without a mail and without rights, once, and finds it again by its relation text', async () => {
    const stage = await boundStage()
    expect(await keepWitness(stage.admin, { keepsWitness: true })).toMatchObject({ kind: 'witness', witness: { counter: 1 } })
    expect(await keepWitness(stage.admin, { keepsWitness: true })).toMatchObject({ kind: 'witness', witness: { counter: 1 } })
    const [witness, ...others] = witnesses(stage)
    expect(others).toEqual([])
    expect(witness).toMatchObject({ admin: false, extRelationId: null, selfService: 0, email: expect.stringMatching(/^berth-[\w-]+@berth\.invalid$/) })
    expect(await checkIdentity(stage.services)).toEqual({ type: 'same', by: 'witness' })
    const [row] = await stage.services.db.provisioningLog.findMany({ where: { action: 'users.create' }, omit: { sequence: true } })
    expect(row).toMatchObject({ effect: 'done', operationId: null })
    expect(JSON.stringify(row)).not.toContain(witness?.password)
  })

  it('does not make a second one after an answer that was lost', async () => {
    const stage = await boundStage()
    stage.simulator.control.faults.add({ operation: 'POST /users', kind: 'drop-after-effect', times: 1 })
    expect(await keepWitness(stage.admin, { keepsWitness: true })).toMatchObject({ kind: 'fingerprint', keepsWitness: true })
    await checkIdentity(stage.services)
    expect(await getIdentity(stage.admin)).toMatchObject({ kind: 'witness', witness: { counter: 1 } })
    expect(witnesses(stage)).toHaveLength(1)
  })

  it('does not count back when it is asked for again: the panel may be an older state of itself', async () => {
    const stage = await boundStage()
    await keepWitness(stage.admin, { keepsWitness: true })
    stage.simulator.control.snapshot('yesterday')
    stage.services.now = () => new Date(Date.now() + 25 * 3_600_000)
    await checkIdentity(stage.services)
    stage.simulator.control.restoreSnapshot('yesterday')
    expect(await keepWitness(stage.admin, { keepsWitness: true })).toMatchObject({ witness: { counter: 2 } })
    await checkIdentity(stage.services)
    expect(await reasonOf(stage)).toMatchObject({ code: 'panel_was_restored' })
  })

  it('counts once a day', async () => {
    const stage = await boundStage()
    await keepWitness(stage.admin, { keepsWitness: true })
    await checkIdentity(stage.services)
    expect(witnesses(stage)[0]?.name).toBe('Berth witness 000001')
    stage.services.now = () => new Date(Date.now() + 25 * 3_600_000)
    await checkIdentity(stage.services)
    expect(witnesses(stage)[0]?.name).toBe('Berth witness 000002')
    expect(await checkIdentity(stage.services)).toEqual({ type: 'same', by: 'witness' })
    expect(await getIdentity(stage.admin)).toMatchObject({ witness: { counter: 2 } })
  })

  it('writes no count that it began before it stood still: another process may have counted on, and the panel would look as if it had been put back', async () => {
    const stage = await boundStage()
    await keepWitness(stage.admin, { keepsWitness: true })
    const client = await stage.services.panel.client()
    const engine = engineOf(stage.services)
    let looks = 0
    engine.clock = { ...engine.clock, monotonicMs: () => performance.now() + (looks++ === 0 ? 0 : 6_000) }
    expect(client && await countWitness(stage.services, client)).toMatchObject({ type: 'later' })
    expect(witnesses(stage)[0]?.name).toBe('Berth witness 000001')
  })

  it('sees in the count that the panel was put back to an older state', async () => {
    const stage = await boundStage()
    await keepWitness(stage.admin, { keepsWitness: true })
    stage.simulator.control.snapshot('yesterday')
    stage.services.now = () => new Date(Date.now() + 25 * 3_600_000)
    await checkIdentity(stage.services)
    stage.simulator.control.restoreSnapshot('yesterday')
    await checkIdentity(stage.services)
    expect(await reasonOf(stage)).toEqual({ code: 'panel_was_restored', params: { expected: 2, found: 1 } })
  })

  it('sees in the count that our own database is older than what the panel knows', async () => {
    const stage = await boundStage()
    await keepWitness(stage.admin, { keepsWitness: true })
    const [witness] = witnesses(stage)
    if (witness) witness.name = 'Berth witness 000007'
    await checkIdentity(stage.services)
    expect(await reasonOf(stage)).toEqual({ code: 'database_was_restored', params: { part: 'counter', expected: 1, found: 7 } })
  })

  it('doubts a panel that knows no such user, and one whose user became an administrator', async () => {
    for (const change of ['gone', 'admin']) {
      const stage = await boundStage()
      await keepWitness(stage.admin, { keepsWitness: true })
      const [witness] = witnesses(stage)
      if (witness && change === 'gone') stage.simulator.control.state.users.delete(witness.id)
      if (witness && change === 'admin') witness.admin = true
      await checkIdentity(stage.services)
      expect(await reasonOf(stage), change).toMatchObject({ code: 'panel_is_another' })
    }
  })

  it('is refused with the reason where the token may make no users, and pauses no orders', async () => {
    const stage = await boundStage()
    const token = stage.simulator.control.tokens.find(({ name }) => name === 'full')
    if (token) token.permissions = ['GET /packages', 'GET /users/{ext}/byExtRelation', 'POST /servers']
    await expect(keepWitness(stage.admin, { keepsWitness: true })).rejects.toMatchObject({ code: 'panel_refused', diagnosis: { code: 'forbidden' } })
    expect(await getIdentity(stage.admin)).toMatchObject({ kind: 'fingerprint', keepsWitness: false })
    expect(await stage.services.db.panelHealth.findFirst()).toMatchObject({ pausedAt: null })
    expect(await told(stage)).toEqual([])
  })

  it('is given up on a panel that takes no notice of relation texts', async () => {
    const stage = await boundStage()
    stage.simulator.control.settings.version = '6.2'
    await expect(keepWitness(stage.admin, { keepsWitness: true })).rejects.toMatchObject({ code: 'panel_refused', diagnosis: { code: 'witness_not_found' } })
    await expect(keepWitness(stage.admin, { keepsWitness: true })).rejects.toMatchObject({ code: 'panel_refused' })
    expect(witnesses(stage)).toHaveLength(1)
  })
})

describe('our own database', () => {
  it('enters safe mode at the start of a process when the database is another one', async () => {
    const stage = await boundStage()
    await checkDatabase(stage.services)
    expect(await isInSafeMode(stage.services.db)).toBe(false)
    const [, ...rest] = ((await identityOf(stage)).databaseMark ?? '').split(':')
    await setMark(stage, ['1', ...rest].join(':'))
    await checkDatabase(stage.services)
    expect(await reasonOf(stage)).toEqual({ code: 'database_was_restored', params: { part: 'cluster' } })
  })

  it('takes a table that was loaded again from a dump for a restored one', async () => {
    const stage = await boundStage()
    await stage.services.database.pool.query('create table copied (like panel_identity including all); insert into copied select * from panel_identity; drop table panel_identity; alter table copied rename to panel_identity')
    await checkDatabase(stage.services)
    expect(await reasonOf(stage)).toMatchObject({ code: 'database_was_restored', params: { part: 'table' } })
  })

  it('raises no alarm while nothing is bound', async () => {
    const stage = await openStage()
    await checkIdentity(stage.services)
    await setMark(stage, '1:1:1:1')
    await checkDatabase(stage.services)
    await checkIdentity(stage.services)
    expect(await identityOf(stage)).toMatchObject({ safeModeSince: null, databaseMark: expect.not.stringMatching(/^1:/) })
  })
})

describe('what changes ask before they are sent', () => {
  it('is a no until somebody has looked at the panel, once it was away', async () => {
    const stage = await boundStage()
    expect(await readSafeMode(stage.services.db)).toBeNull()
    await stage.services.db.panelHealth.update({ where: { id: 'default' }, data: { isReachable: true, changedAt: new Date() } })
    const hold = await readSafeMode(stage.services.db)
    expect(hold && safeModeDiagnosis(hold)).toEqual({ code: 'identity_unchecked', params: {} })
    expect(await isIdentityDue(stage.services)).toBe(true)
    await checkIdentity(stage.services)
    expect(await readSafeMode(stage.services.db)).toBeNull()
  })

  it('is no no for a year because a clock that was set back wrote when the panel came back', async () => {
    const stage = await boundStage()
    await stage.services.db.panelHealth.update({ where: { id: 'default' }, data: { isReachable: true, changedAt: new Date(Date.now() + 365 * 24 * 3_600_000) } })
    expect(await readSafeMode(stage.services.db)).toBeNull()
    expect(await isIdentityDue(stage.services)).toBe(false)
  })

  it('names safe mode, and since when', async () => {
    const stage = await boundStage()
    becomeAnother(stage.simulator)
    await checkIdentity(stage.services)
    const mode = await readSafeMode(stage.services.db)
    expect(mode).toMatchObject({ since: expect.any(Date), reason: { code: 'fingerprint_changed' } })
    expect(mode && safeModeDiagnosis(mode).code).toBe('safe_mode')
  })
})

describe('the worker', () => {
  it('looks before it takes its first job, and believes no empty list of another panel', async () => {
    const stage = await boundStage()
    becomeAnother(stage.simulator)
    stage.simulator.control.state.servers.clear()
    await stage.services.db.server.update({ where: { id: stage.bound.id }, data: { observedAt: new Date(Date.now() - 60 * 60_000) } })
    await enqueue(stage.services.db, 'server.observe', { serverId: stage.bound.id }, { key: `observe:${stage.bound.id}` })
    stage.startWorker()
    await waitFor('the job to be worked', async () => {
      const { rows } = await stage.services.database.pool.query<{ left: number }>('select count(*)::int as left from graphile_worker.jobs')
      return { value: rows[0]?.left === 0 || null, seen: `${rows[0]?.left} jobs` }
    })
    expect(await reasonOf(stage)).toMatchObject({ code: 'fingerprint_changed' })
    expect(stage.simulator.control.ledger.calls.filter(({ path }) => path.includes('/servers'))).toEqual([])
    expect(await stage.server(stage.bound.id)).toMatchObject({ vanishedAt: null, lifecycle: 'active' })
  })
})
