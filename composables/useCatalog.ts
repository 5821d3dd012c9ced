import type { Catalog } from '#shared/schemas/catalog.ts'

/**
 * Names behind the panel's numbers, as far as the token may read them. Read in the browser only: a panel that hangs must not hold up
 * the page, for every number can be typed as well. `packageId` says whose templates are wanted.
 */
export function useCatalog(packageId: MaybeRefOrGetter<number | undefined>) {
  const query = computed(() => (toValue(packageId) === undefined ? {} : { packageId: toValue(packageId) }))
  const { data, status } = useFetch('/api/admin/catalog', {
    key: () => `catalog-names:${toValue(packageId) ?? 'none'}`,
    query,
    server: false,
    lazy: true,
    retry: 0,
  })
  return { catalog: data as Ref<Catalog | undefined>, isLoading: computed(() => status.value === 'pending') }
}
