import { describe, expect, it } from 'vitest'
import Notices from '~/components/my-servers/Notices.vue'
import { formatAbsolute } from '~/composables/formatTime'
import { customerOperation, customerServer } from '../../support/customer-server'
import type { CustomerOperation } from '#shared/schemas/servers'
import { expectAccessible } from '../../support/expect-accessible'
import { findAllByRole, findByRole } from '../../support/find-by-role'
import { mount } from '../../support/mount'

const hoursAway = (hours: number) => new Date(Date.now() + hours * 3_600_000 + 60_000).toISOString()

const failed = (given: Partial<CustomerOperation>) => customerOperation({ state: 'failed', createdAt: hoursAway(-1), finishedAt: hoursAway(-1), ...given })

async function textFor(given: Parameters<typeof customerServer>[0]) {
  const wrapper = await mount(Notices, { props: { server: customerServer(given) } })
  return wrapper.text()
}

describe('MyServersNotices', () => {
  it('says nothing about a server that is fine', async () => {
    expect(await textFor({})).toBe('')
  })

  it('says since when a server is suspended, why, and whom to ask', async () => {
    const text = await textFor({ suspension: { since: hoursAway(-3), reason: 'Unpaid invoice <b>7</b>' } })
    expect(text).toContain('hours ago')
    expect(text).toContain('suspended by your host')
    expect(text).toContain('Unpaid invoice <b>7</b>')
    expect(text).toContain('support of your host')
    await expectAccessible()
  })

  it('says to the hour when a server will be deleted, with the date and its zone', async () => {
    const dueAt = hoursAway(47)
    const text = await textFor({ deletion: { requestedAt: hoursAway(-1), dueAt } })
    expect(text).toContain('in 1 day 23 hours')
    expect(text).toContain(`on ${formatAbsolute(dueAt, 'UTC')}`)
    expect(text).toContain('before then')
    expect(findByRole('note').textContent).toContain('1 day 23 hours')
    expect(findAllByRole('alert'), 'what counts down must not interrupt every minute').toEqual([])
  })

  it('does not promise that a deletion which has been set going can be stopped', async () => {
    const text = await textFor({ lifecycle: 'deleting', deletion: { requestedAt: hoursAway(-1), dueAt: hoursAway(47) } })
    expect(text).toContain('in 1 day 23 hours')
    expect(text).toContain('may not be possible to stop')
    expect(text).not.toContain('before then')
    expect(text).not.toMatch(/VirtFusion|API|panel/i)
  })

  it('shows no progress while a deletion only waits for its day, and does once it is due', async () => {
    const operation = customerOperation({ kind: 'delete', state: 'waiting', step: 'await_deletion', nextAttemptAt: hoursAway(47) })
    expect(await textFor({ operation, deletion: { requestedAt: hoursAway(-1), dueAt: hoursAway(47) } })).not.toContain('%')
    expect(await textFor({ operation, deletion: { requestedAt: hoursAway(-1), dueAt: hoursAway(-1) } })).toContain('40 %')
  })

  it('says that the deletion is on its way once it is due, instead of asking to write before then', async () => {
    const text = await textFor({ deletion: { requestedAt: hoursAway(-2), dueAt: hoursAway(-1) } })
    expect(text).toContain('is on its way')
    expect(text).not.toContain('before then')
  })

  it('counts nothing down for a deletion that stands in front of somebody, and does not say that it is on its way', async () => {
    const operation = customerOperation({ kind: 'delete', state: 'needs_attention', step: 'scheduled' })
    for (const dueAt of [hoursAway(47), hoursAway(-1)]) {
      const text = await textFor({ operation, deletion: { requestedAt: hoursAway(-3), dueAt } })
      expect(text).toContain('Your host is looking at this server')
      expect(text).not.toMatch(/will be deleted|on its way|1 day/)
    }
  })

  it('says of a deleted server that it is, and nothing else', async () => {
    const text = await textFor({ lifecycle: 'deleted', freshness: 'stale', observedAt: hoursAway(-40), deletion: { requestedAt: hoursAway(-2), dueAt: hoursAway(-1) }, operation: failed({ kind: 'delete' }) })
    expect(text).toContain('This server is deleted')
    expect(text).not.toMatch(/will be|on its way|out of date/)
    expect(findAllByRole('note')).toHaveLength(1)
    await expectAccessible()
  })

  it('shows the age of what is known when it is old', async () => {
    expect(await textFor({ freshness: 'stale', observedAt: hoursAway(-4) })).toMatch(/What you see is from \d hours ago/)
  })

  it('says what failed and what to do, and says nothing of it any more once something newer worked', async () => {
    const diagnosis = { code: 'restart_failed', title: 'Your server could not be restarted', cause: 'It was tried and did not work.', fix: 'Try again, or write to the support of your host.' }
    const text = await textFor({ operation: failed({ diagnosis }) })
    expect(text).toContain('Your server could not be restarted')
    expect(text).toContain('Try again, or write to the support of your host.')
    expect(text).toContain('It was tried and did not work. That was 58 minutes ago.')
    await expectAccessible()
    expect(await textFor({ operation: null })).toBe('')
  })

  it('does not call failed what may have happened', async () => {
    const diagnosis = { code: 'restart_unknown', title: 'It is not known whether your server was restarted', cause: 'It was asked for, but the answer was lost.', fix: 'Look at your server before you ask again: it may have happened.' }
    const text = await textFor({ operation: failed({ diagnosis }) })
    expect(text).toContain('Look at your server before you ask again')
    expect(text).not.toContain('failed')
  })

  it('shows the steps of what is under way, and in words how each stands', async () => {
    const text = await textFor({ operation: customerOperation() })
    expect(text).toContain('Your server is restarting.')
    expect(findAllByRole('listitem').map((item) => item.textContent?.trim())).toEqual(['Look at your server, done', 'Carry it out, under way', 'Make sure that it worked, to come'])
    await expectAccessible()
  })

  it('asks nobody to try again what only staff can ask for', async () => {
    expect(await textFor({ operation: failed({ kind: 'suspend' }) })).toBe('')
  })

  it('tells a customer that staff is on it, without the panel\'s inner workings', async () => {
    const text = await textFor({ lifecycle: 'failed', operation: failed({ kind: 'create' }) })
    expect(text).toContain('Your host is looking at this server')
    expect(text).not.toMatch(/VirtFusion|API|panel/i)
  })

  it('promises nothing of a server whose order was called off', async () => {
    const text = await textFor({ lifecycle: 'failed', operation: null })
    expect(text).toContain('This server was not finished')
    expect(text).toContain('Write to the support of your host.')
    expect(text).not.toMatch(/will go on|need not do anything/)
  })

  it('says of a server that is missing only that the host looks at it, and promises no newer reading', async () => {
    const text = await textFor({ isMissing: true, freshness: 'stale', observedAt: hoursAway(-4) })
    expect(text).toContain('Your host is looking at this server')
    expect(text).not.toMatch(/by itself|go on|panel|gone|deleted/)
    await expectAccessible()
  })
})
