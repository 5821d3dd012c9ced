import type { Customer } from '#shared/schemas/customers.ts'

const SHOWN = 20

/** Customers that fit what was typed, and always the chosen one, which may lie outside of what the search finds. */
export function useCustomerChoices(customerId: MaybeRefOrGetter<string | null>) {
  const search = ref('')
  const settled = refDebounced(search, 250)
  const request = useRequestFetch()
  const { data: chosen } = useAsyncData(
    () => `customer-choice:${toValue(customerId) ?? ''}`,
    async () => {
      const id = toValue(customerId)
      return id ? request<Customer>(`/api/admin/customers/${id}`) as Promise<Customer> : null
    },
    { lazy: true },
  )
  // The field shows the name of the chosen one as its text; that is no search, or the list would hold nobody else.
  const term = computed(() => (settled.value && settled.value !== chosen.value?.name ? settled.value : undefined))
  const { data, error, status } = useLoad<{ items: Customer[] }>(
    () => `customer-choices:${term.value ?? ''}`,
    '/api/admin/customers',
    { query: () => ({ search: term.value, limit: SHOWN }) },
  )

  const customers = computed(() => {
    const id = toValue(customerId)
    const found = (data.value?.items ?? []).map(({ id, name, email }) => ({ id, name, email }))
    if (!id || found.some((customer) => customer.id === id)) return found
    return [chosen.value?.id === id ? chosen.value : { id, name: 'Loading', email: '' }, ...found]
  })

  return { search, customers, error, isLoading: computed(() => status.value === 'pending') }
}
