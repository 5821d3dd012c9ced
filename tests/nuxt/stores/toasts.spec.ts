import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { useToastsStore } from '~/stores/toasts'

describe('the toasts store', () => {
  beforeEach(() => setActivePinia(createPinia()))

  it('shows four at once, and the next one when there is room', () => {
    const toasts = useToastsStore()
    const ids = ['one', 'two', 'three', 'four', 'five'].map((text) => toasts.info(text))
    expect(toasts.visible.map((toast) => toast.text)).toEqual(['one', 'two', 'three', 'four'])

    toasts.dismiss(ids[1] ?? 0)

    expect(toasts.visible.map((toast) => toast.text)).toEqual(['one', 'three', 'four', 'five'])
  })

  it('leaves more time for a toast with an action than for one without', () => {
    const toasts = useToastsStore()
    toasts.success('Deleted.')
    toasts.success('Deleted.', { action: { label: 'Undo', run: () => {} } })
    const [plain, withAction] = toasts.items
    expect(withAction?.durationMs).toBeGreaterThan(plain?.durationMs ?? 0)
  })
})
