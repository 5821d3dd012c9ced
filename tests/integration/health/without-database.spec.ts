import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient, startHttp, type Client, type TestHttp } from '../support/http.ts'
import { createTestServices, type TestServices } from '../support/services.ts'

let services: TestServices
let http: TestHttp
/** Somebody who was signed in before the database went away. */
let person: Client

beforeAll(async () => {
  // Nothing listens on port 1.
  services = await createTestServices({ DATABASE_URL: 'postgresql://berth@127.0.0.1:1/berth' })
  http = await startHttp(services)
  person = createClient(http.url, { token: 'a token of a session that was good', userId: '' })
})
afterAll(async () => {
  await http.close()
  await services.close()
})

describe('while the database is away', () => {
  it('the process says that it lives, also to a browser with a session, so that nobody restarts it', async () => {
    expect(await person.request('GET', '/api/health')).toMatchObject({ status: 200, body: { status: 'ok' } })
  })

  it('a probe that asks for the status alone gets the same', async () => {
    expect(await person.request('HEAD', '/api/health')).toMatchObject({ status: 200, text: '' })
    expect(await person.request('HEAD', '/api/ready')).toMatchObject({ status: 503, text: '' })
  })

  it('it is not ready and says what does not work, also to a browser with a session', async () => {
    const answer = await person.request('GET', '/api/ready')
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(answer).toMatchObject({
      status: 503,
      body: { status: 503, code: 'not_ready', title: 'Berth is not ready', detail: expect.stringContaining('DATABASE_URL'), requestId: answer.headers.get('x-request-id'), checks: { database: false, migrations: false, queue: false } },
    })
  })
})
