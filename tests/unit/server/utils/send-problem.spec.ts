import { createApp, defineEventHandler, toWebHandler } from 'h3'
import { beforeAll, describe, expect, it } from 'vitest'
import { SafeModeError, TooLateError } from '../../../../server/engine/ports.ts'
import { createLog, setRootLog } from '../../../../server/log.ts'
import { sendProblem } from '../../../../server/utils/send-problem.ts'

beforeAll(() => setRootLog(createLog({ level: 'silent', format: 'json' })))

async function answerTo(error: unknown, role?: 'admin' | 'customer') {
  const app = createApp().use(defineEventHandler((event) => {
    Object.assign(event.context, { requestId: 'request-1', role })
    return sendProblem(event, error)
  }))
  const answer = await toWebHandler(app)(new Request('http://127.0.0.1/api/servers'))
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body: await answer.json() as Record<string, unknown> }
}

describe('sendProblem', () => {
  it('says of a call that safe mode holds back that this is meant so, and only to admins why and where it ends', async () => {
    expect(await answerTo(new SafeModeError('inside'), 'admin')).toMatchObject({ status: 409, body: { code: 'safe_mode', detail: expect.stringMatching(/only reads.*Safe mode/), requestId: 'request-1' } })
    expect(await answerTo(new SafeModeError('inside'), 'customer')).toMatchObject({ status: 409, body: { code: 'safe_mode', detail: 'Changes are paused by your host.' } })
  })

  it('says of a call that was held up too long that it was not sent, and may be tried again', async () => {
    const { status, retryAfter, body } = await answerTo(new TooLateError('servers.boot was held up for 9000 ms and not sent'))
    expect({ status, retryAfter }).toEqual({ status: 503, retryAfter: '1' })
    expect(body).toMatchObject({ code: 'never_sent', detail: expect.stringMatching(/nothing was sent.*again/) })
  })

  it.each([
    ['57P01', '5', /does not answer right now/], ['53100', '5', /does not take this right now/], ['40P01', '1', /took this one back.*again/],
  ])('says of trouble with the database (%s) that it is none of Berth\'s making, and when to try again', async (code, retryAfter, detail) => {
    const answer = await answerTo(Object.assign(new Error('canary'), { code }))
    expect(answer).toMatchObject({ status: 503, retryAfter, body: { code: 'unavailable', detail: expect.stringMatching(detail) } })
    expect(JSON.stringify(answer.body)).not.toContain('canary')
  })

  it('keeps the words of any other error to itself', async () => {
    const { status, body } = await answerTo(new Error('canary'))
    expect(status).toBe(500)
    expect(JSON.stringify(body)).not.toContain('canary')
  })
})
