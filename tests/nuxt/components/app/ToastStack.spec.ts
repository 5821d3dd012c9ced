import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import ToastStack from '~/components/app/ToastStack.vue'
import { useToastsStore } from '~/stores/toasts'
import { expectAccessible } from '../../support/expect-accessible'
import { findAllByRole, findByRole } from '../../support/find-by-role'
import { mount } from '../../support/mount'

describe('AppToastStack', () => {
  beforeEach(() => { useToastsStore().items = [] })
  afterEach(() => { vi.useRealTimers() })

  const mountStack = () => mount(ToastStack, { global: { stubs: { TransitionGroup: false } } })

  it('announces errors at once and everything else politely', async () => {
    await mountStack()
    useToastsStore().success('Plan saved.')
    useToastsStore().error('The plan could not be saved.')
    await nextTick()
    expect(findByRole('alert').textContent).toContain('The plan could not be saved.')
    expect(document.querySelector('[aria-live=polite]')?.textContent).toContain('Plan saved.')
    await expectAccessible()
  })

  it('runs the action once and closes the toast', async () => {
    await mountStack()
    const undo = vi.fn()
    useToastsStore().info('Deletion scheduled.', { action: { label: 'Undo', run: undo } })
    await nextTick()
    findByRole('button', 'Undo').click()
    await nextTick()
    expect(undo).toHaveBeenCalledOnce()
    expect(useToastsStore().items).toEqual([])
  })

  it('goes away by itself, but not while the pointer rests on it', async () => {
    const wrapper = await mountStack()
    vi.useFakeTimers()
    useToastsStore().success('Saved.')
    await nextTick()
    await wrapper.find('section').trigger('mouseenter')
    vi.advanceTimersByTime(60_000)
    expect(useToastsStore().items).toHaveLength(1)

    await wrapper.find('section').trigger('mouseleave')
    vi.advanceTimersByTime(60_000)
    expect(useToastsStore().items).toHaveLength(0)
  })

  it('says how many wait for room', async () => {
    await mountStack()
    for (const text of ['1', '2', '3', '4', '5', '6']) useToastsStore().info(text)
    await nextTick()
    expect(findAllByRole('listitem')).toHaveLength(4)
    expect(document.body.textContent).toContain('2 more')
  })
})
