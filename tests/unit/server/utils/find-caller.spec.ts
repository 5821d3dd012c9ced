import { createApp, defineEventHandler, toWebHandler } from 'h3'
import { describe, expect, it } from 'vitest'
import { clientAddress } from '../../../../server/utils/find-caller.ts'

const PROXY = '10.0.0.1'

async function addressOf(forwarded: string | null, trustedProxies = 1): Promise<string> {
  const app = createApp().use(defineEventHandler((event) => {
    event.context.remoteAddress = PROXY
    return clientAddress(event, trustedProxies)
  }))
  const answer = await toWebHandler(app)(new Request('http://127.0.0.1/', { headers: forwarded === null ? {} : { 'x-forwarded-for': forwarded } }))
  return answer.text()
}

describe('clientAddress', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:51234', '203.0.113.7'],
    ['2001:db8::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['::ffff:203.0.113.7', '::ffff:203.0.113.7'],
  ])('reads %s as an address without port and brackets, so that a new connection is no new client', async (written, address) => {
    expect(await addressOf(written)).toBe(address)
  })

  it.each(['unknown', '_hidden', 'panel.example.com', '203.0.113.7.9', '203.0.113.7:', '[203.0.113.7', '[]:443', '1:2', '', '203.0.113.7,', '<script>'])('takes the address of the connection instead of "%s", which is none', async (written) => {
    expect(await addressOf(written)).toBe(PROXY)
    // What the client wrote itself does not move into the place that the proxy left unreadable.
    expect(await addressOf(`198.51.100.9, ${written}`)).toBe(PROXY)
  })

  it('takes the address that the outermost trusted proxy saw, whatever the client wrote before it', async () => {
    const header = '198.51.100.9, 203.0.113.7:4711, 10.0.0.2'
    expect(await addressOf(header, 2)).toBe('203.0.113.7')
    expect(await addressOf(header, 0)).toBe(PROXY)
    expect(await addressOf('203.0.113.7', 2)).toBe(PROXY)
    expect(await addressOf(null)).toBe(PROXY)
  })
})
