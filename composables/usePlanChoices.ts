import type { Plan } from '#shared/schemas/plans.ts'

const SHOWN = 20

/** Plans that fit what was typed, and always the chosen one, which may lie outside of what the search finds. `withInactive`: also those that are switched off. */
export function usePlanChoices(planId: MaybeRefOrGetter<string | null>, withInactive: boolean) {
  const search = ref('')
  const settled = refDebounced(search, 250)
  const request = useRequestFetch()
  const list = ref<{ items: Plan[] }>()
  const outside = ref<Plan | null>(null)
  // Kept while other plans are searched for: what hangs on the chosen one must not take it for gone.
  const chosen = computed<Plan | null>((before) => {
    const id = toValue(planId)
    return [...list.value?.items ?? [], outside.value, before].find((plan) => plan?.id === id) ?? null
  })
  // The field shows the name of the chosen one as its text; that is no search, or the list would hold nothing else.
  const term = computed(() => (settled.value && settled.value !== (chosen.value?.name ?? 'Loading') ? settled.value : undefined))
  const { data, error, status } = useLoad<{ items: Plan[] }>(
    () => `plan-choices:${withInactive}:${term.value ?? ''}`,
    '/api/admin/plans',
    { query: () => ({ search: term.value, limit: SHOWN, isActive: withInactive ? undefined : true }) },
  )
  const missing = computed(() => (data.value && chosen.value === null ? toValue(planId) : null))
  const { data: found } = useAsyncData(
    () => `plan-choice:${missing.value ?? ''}`,
    async () => (missing.value ? request<Plan>(`/api/admin/plans/${missing.value}`) as Promise<Plan> : null),
    { lazy: true },
  )
  watch(data, (current) => { list.value = current }, { immediate: true })
  watch(found, (current) => { if (current) outside.value = current }, { immediate: true })

  const plans = computed(() => {
    const items = data.value?.items ?? []
    const extra = chosen.value
    return extra && !items.some(({ id }) => id === extra.id) ? [extra, ...items] : items
  })

  return { search, plans, chosen, error, isLoading: computed(() => status.value === 'pending') }
}
