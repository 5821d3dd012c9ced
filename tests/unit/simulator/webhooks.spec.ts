import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { rig } from './support.ts'

interface Received { headers: IncomingHttpHeaders, body: unknown }

const receivers: { close(): void }[] = []

afterEach(() => receivers.splice(0).forEach(receiver => receiver.close()))

async function receiver() {
  const received: Received[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => { text += chunk.toString() })
    request.on('end', () => {
      received.push({ headers: request.headers, body: JSON.parse(text) as unknown })
      response.writeHead(204).end()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  receivers.push(server)

  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`, received }
}

describe('webhooks', () => {
  it('tells of create, build, IPv6 and destroy with the headers of the panel, though nobody asks the API', async () => {
    const panel = await rig()
    const { url, received } = await receiver()
    await panel.switch('POST', '/settings', { webhook: { url, token: 'secret' } })
    await panel.call('POST', '/servers', { packageId: 1, userId: 2, hypervisorId: 1 })
    await panel.call('POST', '/servers/101/build', { operatingSystemId: 1, ipv6: true })
    panel.advance(9000)
    await vi.waitFor(() => expect(received).toHaveLength(3), 60_000)
    await panel.call('DELETE', '/servers/101?delay=0')
    panel.advance(2000)
    await vi.waitFor(() => expect(received).toHaveLength(4), 60_000)

    const names = received.map(({ headers }) => headers['x-virtfusion-event'])
    expect(names.toSorted()).toEqual(['server.assign.ipv6', 'server.build', 'server.create', 'server.destroy'])
    const build = received.find(({ headers }) => headers['x-virtfusion-event'] === 'server.build')
    expect(build?.headers).toMatchObject({
      'authorization': `Bearer ${Buffer.from('secret').toString('base64')}`, 'x-virtfusion-hook-event': '3', 'x-virtfusion-event-status': 'success',
    })
    expect(build?.body).toMatchObject({ event: 'server.build', eventStatus: 'success', data: { errors: [], server: { id: 101, state: 'complete' } } })
  })

  it('says that a build failed', async () => {
    const panel = await rig()
    const { url, received } = await receiver()
    const id = await panel.server({ built: false })
    await panel.switch('POST', '/settings', { webhook: { url } })
    await panel.call('POST', `/servers/${id}/build`, { operatingSystemId: 99 })
    panel.advance(7000)
    await vi.waitFor(() => expect(received).toMatchObject([{ body: { event: 'server.build', eventStatus: 'fail' } }]), 60_000)
  })

  it('loses the message, and nothing else, when nobody receives it', async () => {
    const panel = await rig()
    await panel.switch('POST', '/settings', { webhook: { url: 'http://127.0.0.1:9/hooks' } })
    expect((await panel.call('POST', '/servers', { packageId: 1, userId: 2, hypervisorId: 1 })).status).toBe(201)
    await vi.waitFor(() => expect(panel.deliveries).toMatchObject([{ event: 'server.create', answer: expect.not.stringContaining('under way') }]), 60_000)
  })
})
