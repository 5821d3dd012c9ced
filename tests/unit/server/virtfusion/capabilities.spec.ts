import { describe, expect, it } from 'vitest'
import { createCapabilityMap, learnFrom } from '../../../../server/virtfusion/capabilities.ts'
import { createClient, startPanel } from './support/panel.ts'

const outcome = (status: number | null, over = {}) => ({ status, isJson: true, isConfirmedNotFound: false, ...over })

describe('learnFrom', () => {
  it.each([
    [outcome(200), 'allowed'],
    [outcome(204, { isJson: false }), 'allowed'],
    [outcome(422), 'allowed'],
    [outcome(423), 'allowed'],
    [outcome(404, { isConfirmedNotFound: true }), 'allowed'],
    [outcome(403), 'forbidden'],
    [outcome(404), 'missing'],
    [outcome(405), 'missing'],
    [outcome(404, { isJson: false }), 'unknown'],
    [outcome(422, { isJson: false }), 'unknown'],
    [outcome(401), 'unknown'],
    [outcome(500), 'unknown'],
    [outcome(null), 'unknown'],
  ] as const)('%j: %s', (given, state) => {
    expect(learnFrom(given)).toBe(state)
  })
})

describe('the capability map', () => {
  it('learns from calls, and keeps what it knows when a later call says nothing', async () => {
    let status = 403
    const panel = await startPanel(() => ({ status, body: status === 403 ? { errors: ['no'] } : {} }))
    const client = createClient(panel.origin)
    await client.servers.suspend(7).catch(() => null)
    status = 500
    await client.servers.suspend(7).catch(() => null)
    expect(client.capabilities.stateOf('servers.suspend')).toBe('forbidden')
    expect(client.capabilities.stateOf('servers.delete')).toBe('unknown')
    status = 204
    await client.servers.suspend(7)
    expect(client.capabilities.snapshot()).toEqual({ 'servers.suspend': 'allowed' })
    await client.close()
    await panel.close()
  })

  it('takes over what was learnt before a restart', () => {
    const { map } = createCapabilityMap()
    map.restore({ 'servers.list': 'forbidden', 'queue.get': 'unknown' })
    expect(map.snapshot()).toEqual({ 'servers.list': 'forbidden' })
  })
})
