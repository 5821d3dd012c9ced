import { describe, expect, it } from 'vitest'

describe('useBareList', () => {
  it('takes the filters away only after an answer without filters that was empty', () => {
    const [items, status, isFiltered] = [ref<unknown[]>([]), ref<'idle' | 'pending' | 'success' | 'error'>('pending'), ref(false)]
    const isBare = useBareList({ items, status }, isFiltered)
    expect(isBare.value).toBe(false)
    status.value = 'error'
    expect(isBare.value).toBe(false)
    status.value = 'success'
    expect(isBare.value).toBe(true)
    status.value = 'pending'
    expect(isBare.value).toBe(true)
    items.value = [{}]
    status.value = 'success'
    expect(isBare.value).toBe(false)
  })

  it('keeps them while a search that found nothing is being cleared', () => {
    const [items, status, isFiltered] = [ref<unknown[]>([]), ref<'pending' | 'success'>('success'), ref(true)]
    const isBare = useBareList({ items, status }, isFiltered)
    expect(isBare.value).toBe(false)
    isFiltered.value = false
    status.value = 'pending'
    expect(isBare.value).toBe(false)
  })
})
