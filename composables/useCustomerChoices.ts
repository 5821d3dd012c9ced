import type { Customer } from '#shared/schemas/customers.ts'

const SHOWN = 20

/** Customers that fit what was typed, and always the chosen one, which may lie outside of what the search finds. */
export function useCustomerChoices(customerId: MaybeRefOrGetter<string | null>) {
  const search = ref('')
  const settled = refDebounced(search, 250)
  const { data, error, status } = useLoad<{ items: Customer[] }>(
    () => `customer-choices:${settled.value}`,
    '/api/admin/customers',
    { query: () => ({ search: settled.value || undefined, limit: SHOWN }) },
  )
  const request = useRequestFetch()
  const { data: chosen } = useAsyncData(
    () => `customer-choice:${toValue(customerId) ?? ''}`,
    async () => {
      const id = toValue(customerId)
      return id ? request<Customer>(`/api/admin/customers/${id}`) as Promise<Customer> : null
    },
    { lazy: true },
  )

  const customers = computed(() => {
    const found = data.value?.items ?? []
    const extra = chosen.value
    return extra && !found.some((customer) => customer.id === extra.id) ? [extra, ...found] : found
  })

  return { search, customers, error, isLoading: computed(() => status.value === 'pending') }
}
