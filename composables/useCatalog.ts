import type { Catalog } from '#shared/schemas/catalog.ts'

/**
 * Names behind the panel's numbers, as far as the token may read them. Read in the browser only: a panel that hangs must not hold up
 * the page, for every number can be typed as well. `packageId` says whose templates are wanted; without it there are none.
 */
export function useCatalog(packageId: MaybeRefOrGetter<number | undefined>) {
  const query = computed(() => (toValue(packageId) === undefined ? {} : { packageId: toValue(packageId) }))
  const { data, error } = useFetch('/api/admin/catalog', {
    key: () => `catalog-names:${toValue(packageId) ?? 'none'}`,
    query,
    server: false,
    lazy: true,
    retry: 0,
  })
  // By what is there and not by the request's status, which differs between the server's page and the browser's first view.
  const isLoading = computed(() => data.value === undefined && !error.value)
  const catalog = computed<Catalog | undefined>(() => {
    if (!data.value || toValue(packageId) !== undefined) return data.value
    // Berth answers with some package's templates then, and a form that offered them could install what the chosen one does not have.
    return { ...data.value, templates: { state: 'unknown', items: [], diagnosis: null } }
  })
  return { catalog, isLoading }
}
