import { describe, expect, it } from 'vitest'
import OperationsDetail from '~/components/operations/Detail.vue'
import type { OperationDetail } from '#shared/schemas/operations'
import { expectAccessible } from '../../support/expect-accessible'
import { findAllByRole, findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'
import { lostCreate, operationDetail } from './operation-detail'

const show = (operation: OperationDetail) => mount(OperationsDetail, { props: { operation, pending: false, problem: null, look: null, looking: false, lookProblem: null } })

describe('OperationsDetail', () => {
  it('shows the steps, the percent and who asked', async () => {
    await show(operationDetail())
    expect(findAllByRole('listitem').map((item) => item.textContent?.trim())).toEqual(['Look first, done', 'Ask the panel, under way', 'Read back, to come'])
    expect(findByRole('progressbar').getAttribute('aria-valuenow')).toBe('40')
    expect(document.body.textContent).toContain('Mara Admin')
    await expectAccessible()
  })

  it('explains a failure with its fix and offers to try again', async () => {
    const wrapper = await show(operationDetail({
      state: 'failed', attempt: 3, finishedAt: '2026-11-23T17:05:00.000Z', canRetry: true,
      diagnosis: { code: 'locked', title: 'The server is locked', cause: 'A backup runs.', fix: 'Wait for the backup.' },
    }))
    expect(document.body.textContent).toContain('Wait for the backup.')
    expect(document.body.textContent).toContain('3 of 5')
    findByRole('button', 'Retry').click()
    expect(wrapper.emitted('retry')).toHaveLength(1)
  })

  it('offers safe mode where the reason asks for it, so that nobody has to look for it in the settings', async () => {
    const diagnosis = { code: 'owner_number_changed', title: 'The panel\'s user has another number now', cause: 'He was 12.', fix: 'Enter safe mode.' }
    for (const stands of [operationDetail({ state: 'needs_attention', diagnosis }), { ...lostCreate([]), diagnosis }]) {
      const wrapper = await show(stands)
      findByRole('button', 'Enter safe mode').click()
      await settle()
      expect(findByRole('dialog').textContent).toContain('Reason')
      wrapper.unmount()
    }
  })

  it('asks before an operation is cancelled, and says that what is done stays', async () => {
    const wrapper = await show(operationDetail({ state: 'waiting', canCancel: true }))
    findByRole('button', 'Cancel operation').click()
    await settle()
    expect(findByRole('dialog').textContent).toContain('stays as it is')
    document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))
    expect(wrapper.emitted('cancel')).toHaveLength(1)
  })

  it('shows a refused cancel where it was tried and nowhere as a button that would do something else', async () => {
    const problem = { type: 'about:blank', title: 'Berth did not answer', status: 0, code: 'unreachable', detail: 'The connection was lost on the way.', requestId: '' }
    const wrapper = await show(operationDetail({ state: 'waiting', canCancel: true }))
    findByRole('button', 'Cancel operation').click()
    await settle()
    await wrapper.setProps({ problem })
    expect(findByRole('dialog').textContent).toContain('The connection was lost')
    const asked = wrapper.emitted('forget')?.length ?? 0
    findByRole('button', 'Keep it').click()
    await settle()
    expect(wrapper.emitted('forget')).toHaveLength(asked + 1)
    expect(findAllByRole('button', 'Try again')).toEqual([])
  })

  it('tells of a waiting one which step and try it is, when the next one comes, why, and why it can\'t be cancelled', async () => {
    const wrapper = await show(operationDetail({
      state: 'waiting', attempt: 2, maxAttempts: 8, nextAttemptAt: new Date(Date.now() + 40_500).toISOString(), canRetry: true, cancelRefusal: 'The panel was asked already. Wait for its answer.',
      diagnosis: { code: 'locked', title: 'The server is locked', cause: 'A backup runs.', fix: 'Wait for the backup.' },
    }))
    const text = document.body.textContent
    expect(text).toContain('Ask the panel')
    expect(text).toContain('3 of 8')
    expect(text).toMatch(/in (39|4\d) seconds/)
    expect(text).toContain('A backup runs.')
    expect(text).toContain('Can\'t be cancelled now. The panel was asked already.')
    expect((findByRole('button', 'Cancel operation') as HTMLButtonElement).disabled).toBe(true)
    findByRole('button', 'Retry now').click()
    expect(wrapper.emitted('retry')).toHaveLength(1)
    await expectAccessible()
  })

  it('shows one that stands still with what was expected and found, and the ways on', async () => {
    const wrapper = await show(operationDetail({
      state: 'needs_attention', canRetry: true, cancelRefusal: 'The panel was asked to delete this server already.',
      diagnosis: { code: 'uuid_mismatch', title: 'Another server has this number at the panel', cause: 'It has another identity.', fix: 'Compare them.' },
      evidence: [{ label: 'Identity (uuid)', expected: 'aaaa', found: 'bbbb' }],
    }))
    const text = document.body.textContent
    expect(text).toContain('Another server has this number at the panel')
    expect(findByRole('row', /Identity/).textContent).toContain('bbbb')
    expect(text).toContain('The panel was asked to delete this server already.')
    expect(text).toContain('Open the server')
    await expectAccessible()

    findByRole('button', 'Retry now').click()
    await settle()
    const submit = async () => {
      document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))
      await settle()
    }
    await submit()
    expect(wrapper.emitted('retry')).toBeUndefined()
    expect(findByRole('dialog').textContent).toContain('Say why')
    const reason = document.querySelector('textarea[name=reason]') as HTMLTextAreaElement
    reason.value = 'The uuid is mended at the panel.'
    reason.dispatchEvent(new Event('input', { bubbles: true }))
    await settle()
    await submit()
    expect(wrapper.emitted('retry')).toEqual([['The uuid is mended at the panel.']])
  })

  it('calls the way out of giving one up "Keep it", so that nobody cancels the operation to close the dialog', async () => {
    const wrapper = await show(operationDetail({ state: 'needs_attention', canCancel: true }))
    findByRole('button', 'Cancel operation').click()
    await settle()
    expect(findAllByRole('button', 'Cancel')).toEqual([])
    const asked = wrapper.emitted('forget')?.length ?? 0
    findByRole('button', 'Keep it').click()
    await settle()
    expect(wrapper.emitted('forget')).toHaveLength(asked + 1)
    expect(wrapper.emitted('cancel')).toBeUndefined()
  })

  it('says of a deletion that failed where it is asked for anew, and has no button that would begin it at once', async () => {
    await show(operationDetail({ kind: 'delete', state: 'failed', finishedAt: '2026-11-23T17:05:00.000Z', retryRefusal: 'Delete the server again instead.' }))
    expect(findAllByRole('button', /^Retry/)).toEqual([])
    expect(document.body.textContent).toContain('Can\'t be tried again. Delete the server again instead.')
  })

  it('leads to the calls that were made for it', async () => {
    const operation = operationDetail()
    await show(operation)
    expect(findByRole('link', 'Calls to the panel').getAttribute('href')).toBe(`/admin/provisioning-logs?operationId=${operation.id}`)
  })
})
