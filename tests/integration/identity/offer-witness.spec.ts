import { describe, expect, it } from 'vitest'
import { enterSafeMode } from '../../../server/domains/identity/enter-safe-mode.ts'
import { getIdentity } from '../../../server/domains/identity/get-identity.ts'
import { keepWitness } from '../../../server/domains/identity/keep-witness.ts'
import { testVirtfusionConnection } from '../../../server/domains/settings/test-virtfusion-connection.ts'
import { nameInstallation } from '../../../server/engine/identity/installation-name.ts'
import { updateVirtfusionSettings } from '../../../server/domains/settings/update-virtfusion-settings.ts'
import { RESTRICTED_TOKEN, type Stage } from '../engine/support.ts'
import { boundStage } from './support.ts'

const isOffered = async (stage: Stage) => (await getIdentity(stage.admin)).offersWitness
const test = (stage: Stage) => testVirtfusionConnection(stage.admin, {})
const auditedOf = async (stage: Stage) => (await stage.services.db.auditEvent.findMany({ where: { action: { startsWith: 'settings.witness' } }, orderBy: { createdAt: 'asc' } })).map(({ action }) => action)

function allow(stage: Stage, permissions: string[]): void {
  const token = stage.simulator.control.tokens.find(({ name }) => name === 'full')
  if (token) token.permissions = permissions
}

describe('the suggestion of a witness', () => {
  it('begins with a test that passed, and ends once a witness is kept', async () => {
    const stage = await boundStage()
    expect(await isOffered(stage)).toBe(false)
    await test(stage)
    expect(await isOffered(stage)).toBe(true)
    expect(await keepWitness(stage.admin, { keepsWitness: true })).toMatchObject({ keepsWitness: true, offersWitness: false })
  })

  it('is declined for good, which is audited as what it is', async () => {
    const stage = await boundStage()
    await test(stage)
    expect(await keepWitness(stage.admin, { keepsWitness: false })).toMatchObject({ kind: 'fingerprint', keepsWitness: false, offersWitness: false })
    await test(stage)
    expect(await isOffered(stage)).toBe(false)
    expect(await auditedOf(stage)).toEqual(['settings.witness_declined'])
  })

  it('does not come back when an admin gives the witness up', async () => {
    const stage = await boundStage()
    await test(stage)
    await keepWitness(stage.admin, { keepsWitness: true })
    expect(await keepWitness(stage.admin, { keepsWitness: false })).toMatchObject({ offersWitness: false })
    expect(await auditedOf(stage)).toEqual(['settings.witness_kept', 'settings.witness_given_up'])
  })

  it('is not made where the token may not find users, or is known to make none', async () => {
    const stage = await boundStage()
    allow(stage, ['GET /connect', 'POST /users'])
    await test(stage)
    expect(await isOffered(stage)).toBe(false)

    allow(stage, ['GET /connect', 'GET /users/{ext}/byExtRelation'])
    await test(stage)
    expect(await isOffered(stage)).toBe(true)
    await expect(keepWitness(stage.admin, { keepsWitness: true })).rejects.toMatchObject({ code: 'panel_refused' })
    await test(stage)
    expect(await isOffered(stage)).toBe(false)
  })

  it('says so when its address is another user\'s, also where the panel calls that a conflict: trying again for good would tell nobody', async () => {
    const stage = await boundStage()
    const { control } = stage.simulator
    control.settings = { ...control.settings, readings: { ...control.settings.readings, duplicateUser: 409 } }
    await test(stage)
    const address = `${await nameInstallation(stage.services, stage.simulator.url)}@berth.invalid`
    await fetch(`${stage.simulator.url}/api/v1/users`, {
      method: 'POST', headers: { 'authorization': `Bearer ${stage.simulator.token}`, 'content-type': 'application/json' }, body: JSON.stringify({ name: 'Somebody', email: address }),
    })
    await expect(keepWitness(stage.admin, { keepsWitness: true })).rejects.toMatchObject({ code: 'panel_refused', diagnosis: { code: 'user_taken' } })
  })

  it('is not made for a test that failed, of another token, or of the one before the connection was changed', async () => {
    const stage = await boundStage()
    await testVirtfusionConnection(stage.admin, { token: RESTRICTED_TOKEN })
    expect(await isOffered(stage)).toBe(false)
    const away = stage.simulator.control.faults.add({ kind: 'status', status: 500 })
    await test(stage)
    stage.simulator.control.faults.remove(away.id)
    expect(await isOffered(stage)).toBe(false)
    await test(stage)
    await updateVirtfusionSettings(stage.admin, { token: RESTRICTED_TOKEN })
    expect(await isOffered(stage)).toBe(false)
  })

  it('is not made in safe mode, where nothing may be made at the panel', async () => {
    const stage = await boundStage()
    await test(stage)
    await enterSafeMode(stage.services.db, stage.services, { code: 'fingerprint_changed', params: {} })
    expect(await isOffered(stage)).toBe(false)
  })
})
