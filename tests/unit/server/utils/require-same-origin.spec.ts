import { createApp, defineEventHandler, toWebHandler } from 'h3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readEnv, type Env } from '../../../../server/env.ts'
import { AppError } from '../../../../server/errors.ts'
import { rootLog, setRootLog, type Log } from '../../../../server/log.ts'
import { requireSameOrigin } from '../../../../server/utils/require-same-origin.ts'

const PAGE = 'https://panel.example.com'
const INSIDE = { host: '127.0.0.1:3000' }
const ANOTHER_SITE = 'This request came from another site, and was refused.'

/** What a change with these headers is refused with; null when it passes. */
async function refusalOf(env: Env, headers: Record<string, string>): Promise<AppError | null> {
  let refusal: AppError | null = null
  const app = createApp().use(defineEventHandler((event) => {
    try {
      requireSameOrigin(event, env)
    }
    catch (error) {
      if (error instanceof AppError) refusal = error
    }
    return ''
  }))
  await toWebHandler(app)(new Request('http://127.0.0.1:3000/api/setup', { method: 'POST', headers }))
  return refusal
}

function listenToLog(): string[] {
  const [before, lines] = [rootLog(), [] as string[]]
  setRootLog(Object.assign(Object.create(before) as Log, { warn: (_: object, line: string) => { lines.push(line) } }))
  onTestFinished(() => setRootLog(before))
  return lines
}

describe('a proxy that hides the host', () => {
  it.each([
    ['a browser says that the page is Berth\'s own', { 'sec-fetch-site': 'same-origin' }],
    ['an older browser says nothing', {}],
  ])('gets the two hosts and the setting named, and is still refused, where %s', async (_, headers) => {
    const lines = listenToLog()
    const env = readEnv({})
    const refusal = await refusalOf(env, { ...INSIDE, ...headers, origin: PAGE })
    expect(refusal).toMatchObject({ status: 403, reason: 'cross_origin' })
    expect(refusal?.message).toMatch(/at panel\.example\.com.*for 127\.0\.0\.1:3000.*pass the Host header on.*set PUBLIC_URL.*not set/)
    expect(lines).toEqual([refusal?.message])
  })

  it('is let in once PUBLIC_URL is the address of the page, and learns what PUBLIC_URL is where it is another one', async () => {
    listenToLog()
    expect(await refusalOf(readEnv({ PUBLIC_URL: PAGE }), { ...INSIDE, origin: PAGE })).toBeNull()
    const refusal = await refusalOf(readEnv({ PUBLIC_URL: 'https://old.example.com' }), { ...INSIDE, origin: PAGE })
    expect(refusal?.message).toContain('it is https://old.example.com')
  })

  it('is logged once for each pair of hosts, and made-up ones do not fill the log', async () => {
    const lines = listenToLog()
    const env = readEnv({})
    for (let time = 0; time < 3; time++) await refusalOf(env, { ...INSIDE, origin: PAGE })
    expect(lines).toHaveLength(1)
    for (let made = 0; made < 50; made++) expect(await refusalOf(env, { ...INSIDE, origin: `https://made-up-${made}.example.com` })).not.toBeNull()
    expect(lines).toHaveLength(20)
  })
})

describe('another site', () => {
  it.each([
    ['says so', { 'sec-fetch-site': 'cross-site', 'origin': 'https://evil.example.com' }],
    ['is a neighbour', { 'sec-fetch-site': 'same-site', 'origin': 'https://blog.example.com' }],
    ['hides its origin', { origin: 'null' }],
    ['has no host', { origin: 'file://' }],
  ])('is told nothing of hosts and settings where it %s', async (_, headers) => {
    const lines = listenToLog()
    const refusal = await refusalOf(readEnv({}), { ...INSIDE, ...headers })
    expect(refusal).toMatchObject({ status: 403, reason: 'cross_origin', message: ANOTHER_SITE })
    expect(lines).toEqual([])
  })
})
