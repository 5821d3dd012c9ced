import { describe, expect, it } from 'vitest'
import { rig, type Rig } from './support.ts'

const read = (panel: Rig, readings: Record<string, unknown>) => panel.switch('POST', '/settings', { readings })

describe('readings of what is not documented', () => {
  it('takes a power action with its queue item, or without a word', async () => {
    const panel = await rig()
    const id = await panel.server()
    expect((await panel.call('POST', `/servers/${id}/power/restart`)).get('data.queueId')).toEqual(expect.any(Number))
    panel.advance(10_000)
    await read(panel, { powerAnswer: 'empty' })
    const reply = await panel.call('POST', `/servers/${id}/power/poweroff`)
    expect([reply.status, reply.text]).toEqual([204, ''])
    panel.advance(10_000)
    expect((await panel.call('GET', `/servers/${id}?remoteState=true`)).get('data.remoteState.running')).toBe(false)
  })

  it('spells the administrator of a Windows with a capital, or without', async () => {
    const panel = await rig()
    const id = await panel.server()
    const reset = async (user: string) => (await panel.call('POST', `/servers/${id}/resetPassword`, { user, sendMail: false })).status
    expect(await reset('administrator')).toBe(422)
    await read(panel, { windowsUser: 'administrator' })
    expect(await reset('Administrator')).toBe(422)
    expect(await reset('administrator')).toBe(200)
  })

  it('answers a dry run with an object, or with a word', async () => {
    const panel = await rig()
    await read(panel, { dryRunBody: 'text' })
    expect((await panel.call('POST', '/servers?dryRun=true', { packageId: 1, userId: 2, hypervisorId: 1 })).text).toBe('OK')
  })

  it('shows a picture of the size that is asked for', async () => {
    const panel = await rig()
    const id = await panel.server()
    const length = async () => String((await panel.call('GET', '/servers/user/2')).get('data.0.os.screen')).length
    expect(await length()).toBeLessThan(100)
    await panel.switch('POST', '/settings', { screenCharacters: 11_528 })
    expect(await length()).toBe(11_528)
    expect(String((await panel.call('GET', `/servers/${id}`)).get('data.qemuAgent.os.screen'))).toHaveLength(11_528)
  })

  it('lets every token connect, or only those with a permission', async () => {
    const panel = await rig()
    const connect = async () => (await panel.call('GET', '/connect', undefined, { token: 'sim-token-restricted' })).status
    expect(await connect()).toBe(403)
    await read(panel, { connectNeedsPermission: false })
    expect(await connect()).toBe(200)
  })

  it('answers a missing permission with errors, a message or nothing', async () => {
    const panel = await rig()
    const texts = []
    for (const forbiddenBody of ['errors', 'message', 'empty']) {
      await read(panel, { forbiddenBody })
      texts.push((await panel.call('GET', '/servers', undefined, { token: 'sim-token-restricted' })).text.slice(0, 10))
    }
    expect(texts).toEqual(['{"errors":', '{"message"', ''])
  })

  it('deletes in five minutes or now when no delay is named, and shows a deletion that lies ahead or not', async () => {
    const panel = await rig()
    await read(panel, { omittedDelay: 'now', scheduledDeleteLevel: 'visible' })
    const [first, second] = [await panel.server(), await panel.server()]
    await panel.call('DELETE', `/servers/${first}`)
    await panel.call('DELETE', `/servers/${second}?delay=60`)
    panel.advance(2000)
    expect((await panel.call('GET', `/servers/${first}`)).status).toBe(404)
    expect((await panel.call('GET', `/servers/${second}`)).get('data.deleteLevel')).toBe(1)
  })

  it.each([['replace', 204], ['conflict', 409], ['locked', 423]])('takes a second delete as %s (%i)', async (deleteTwice, status) => {
    const panel = await rig()
    const id = await panel.server()
    await read(panel, { deleteTwice })
    await panel.call('DELETE', `/servers/${id}?delay=60`)
    expect((await panel.call('DELETE', `/servers/${id}?delay=1`)).status).toBe(status)
    panel.advance(2 * 60_000)
    expect((await panel.call('GET', `/servers/${id}`)).status).toBe(status === 204 ? 404 : 200)
  })

  it.each([['accept', 204], ['conflict', 409]])('takes a second suspension as %s (%i)', async (suspendTwice, status) => {
    const panel = await rig()
    const id = await panel.server()
    await read(panel, { suspendTwice })
    await panel.call('POST', `/servers/${id}/suspend`)
    panel.advance(1000)
    expect((await panel.call('POST', `/servers/${id}/suspend`)).status).toBe(status)
  })

  it('lets a suspended server boot or not', async () => {
    const panel = await rig()
    const id = await panel.server()
    await panel.switch('PATCH', `/servers/${id}`, { suspended: true })
    expect((await panel.call('POST', `/servers/${id}/power/boot`)).status).toBe(409)
    await read(panel, { powerOnSuspended: 'allow' })
    expect((await panel.call('POST', `/servers/${id}/power/boot`)).status).toBe(200)
  })

  it('answers a taken e-mail with 422 or 409, and a dry run with 200 or 201', async () => {
    const panel = await rig()
    await read(panel, { duplicateUser: 409, dryRunStatus: 201 })
    const anna = { name: 'Anna Example', email: 'anna@shop.example' }
    expect((await panel.call('POST', '/users', anna)).status).toBe(201)
    expect((await panel.call('POST', '/users', anna)).status).toBe(409)
    expect((await panel.call('POST', '/servers?dryRun=true', { packageId: 1, userId: 2, hypervisorId: 1 })).status).toBe(201)
  })
})
