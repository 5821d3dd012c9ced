/**
 * The create dialog of the servers page. `?create=1&customerId=...&planId=...` opens it filled in, so that other pages can link to it;
 * the three leave the address at once: they are an order to open, not a filter.
 */
export function useCreateQuery() {
  const route = useRoute()
  const router = useRouter()
  const isOpen = ref(false)
  const customerId = ref<string>()
  const planId = ref<string>()

  function open(preset: { customerId?: string, planId?: string } = {}) {
    customerId.value = preset.customerId
    planId.value = preset.planId
    isOpen.value = true
  }

  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

  function takeFromAddress() {
    if (route.query.create !== '1') return
    const { create: _create, customerId: customer, planId: plan, ...query } = route.query
    open({ customerId: text(customer), planId: text(plan) })
    void router.replace({ query })
  }

  onMounted(takeFromAddress)
  watch(() => route.query.create, takeFromAddress)

  return { isOpen, customerId, planId, open }
}
