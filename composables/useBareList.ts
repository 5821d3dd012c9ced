import type { AsyncDataRequestStatus } from '#app'

interface List { items: Ref<unknown[]>, status: Ref<AsyncDataRequestStatus> }

/**
 * Whether there is nothing to filter: an answer without filters was empty. Until it is known, and while it may be changing, the filters
 * stay, or they would go away under whoever is typing in them.
 */
export function useBareList({ items, status }: List, isFiltered: Ref<boolean>): ComputedRef<boolean> {
  return computed((wasBare?: boolean) => {
    if (isFiltered.value || items.value.length > 0) return false
    return status.value === 'success' || (wasBare === true && status.value === 'pending')
  })
}
