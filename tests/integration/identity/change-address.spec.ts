import { describe, expect, it } from 'vitest'
import { lockConnection } from '../../../server/domains/settings/lock-connection.ts'
import { updateVirtfusionSettings } from '../../../server/domains/settings/update-virtfusion-settings.ts'
import { checkIdentity } from '../../../server/engine/identity/check-identity.ts'
import { openStage, waitFor, type Stage } from '../engine/support.ts'
import { becomeAnother, boundStage, identityOf, otherPanel, reasonOf } from './support.ts'

const moveTo = (stage: Stage, { url, token }: { url: string, token: string }) => updateVirtfusionSettings(stage.admin, { apiUrl: url, token })

describe('another address', () => {
  it('is taken without an alarm when the panel there shows itself to be the same', async () => {
    const stage = await boundStage()
    const moved = await otherPanel()
    await moveTo(stage, moved)
    expect(await reasonOf(stage)).toBeNull()
    expect(await checkIdentity(stage.services)).toEqual({ type: 'same', by: 'fingerprint' })
    expect(await identityOf(stage)).toMatchObject({ origin: moved.url })
  })

  it('enters safe mode in the same moment when the panel there is another one', async () => {
    const stage = await boundStage()
    const other = await otherPanel()
    becomeAnother(other)
    await moveTo(stage, other)
    expect(await reasonOf(stage)).toMatchObject({ code: 'panel_is_another', params: { from: stage.simulator.url, to: other.url } })
    expect(await identityOf(stage)).toMatchObject({ origin: stage.simulator.url })
  })

  it('is refused when somebody left safe mode while it was looked at: it was compared with what was known before that', async () => {
    const stage = await boundStage()
    const { db } = stage.services
    const other = await otherPanel()
    let saved: Promise<unknown> = Promise.resolve()
    await db.$transaction(async (tx) => {
      await lockConnection(tx)
      saved = moveTo(stage, other).catch((error: unknown) => error)
      await waitFor('the wait', async () => ({ value: (await db.$queryRaw<unknown[]>`select 1 from pg_locks where locktype = 'advisory' and not granted`).length || null, seen: 'none waits' }))
      await tx.panelIdentity.update({ where: { id: 'default' }, data: { safeModeLeftAt: new Date() } })
    }, { timeout: 60_000 })
    expect(await saved).toMatchObject({ code: 'conflict', reason: 'identity_changed' })
    expect(await db.setting.count({ where: { group: 'virtfusion' } })).toBe(0)
  })

  it('enters safe mode when nobody answers there', async () => {
    const stage = await boundStage()
    await moveTo(stage, { url: 'http://127.0.0.1:9', token: 'any-token' })
    expect(await reasonOf(stage)).toMatchObject({ code: 'panel_unproven' })
  })

  it('of the environment is looked at like one that was saved', async () => {
    const stage = await boundStage()
    await stage.services.db.panelIdentity.update({ where: { id: 'default' }, data: { origin: 'https://former.example.com' } })
    becomeAnother(stage.simulator)
    await checkIdentity(stage.services)
    expect(await reasonOf(stage)).toMatchObject({ code: 'panel_is_another', params: { from: 'https://former.example.com' } })
  })

  it('raises no alarm while nothing is bound', async () => {
    const stage = await openStage()
    await checkIdentity(stage.services)
    const other = await otherPanel()
    becomeAnother(other)
    await moveTo(stage, other)
    await checkIdentity(stage.services)
    expect(await identityOf(stage)).toMatchObject({ safeModeSince: null, origin: other.url })
  })
})
