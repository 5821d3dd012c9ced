/** Filters that live in the address, so that back, reload and a shared link keep them. Only `names` are read; an empty one leaves the address. */
export function useQueryFilters<Name extends string>(names: readonly Name[]) {
  const route = useRoute()
  const router = useRouter()

  const filters = computed(() => {
    const found: Partial<Record<Name, string>> = {}
    for (const name of names) {
      const value = route.query[name]
      if (typeof value === 'string' && value !== '') found[name] = value
    }
    return found
  })
  const isFiltered = computed(() => Object.keys(filters.value).length > 0)

  function setFilters(next: Partial<Record<Name, string>>) {
    const others = Object.fromEntries(Object.entries(route.query).filter(([name]) => !names.some((own) => own === name)))
    const kept: Record<string, string> = {}
    for (const name of names) {
      const value = next[name]
      if (value) kept[name] = value
    }
    return router.replace({ query: { ...others, ...kept } })
  }

  return { filters, isFiltered, setFilters }
}
