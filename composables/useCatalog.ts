import type { Catalog } from '#shared/schemas/catalog.ts'

/**
 * Names behind the panel's numbers, as far as the token may read them. Read in the browser only: a panel that hangs must not hold up
 * the page, for every number can be typed as well. `packageId` says whose templates are wanted; without it there are none.
 */
export function useCatalog(packageId: MaybeRefOrGetter<number | undefined>) {
  const query = computed(() => (toValue(packageId) === undefined ? {} : { packageId: toValue(packageId) }))
  const key = () => `catalog-names:${toValue(packageId) ?? 'none'}`
  const loaded = useFetch('/api/admin/catalog', {
    key,
    query,
    server: false,
    lazy: true,
    retry: 0,
  })
  const read = useLastGood<Catalog>(key, loaded)
  // By what is there and not by the request's status, which differs between the server's page and the browser's first view.
  const isLoading = computed(() => read.value === undefined && !loaded.error.value)
  const catalog = computed<Catalog | undefined>(() => {
    if (!read.value || toValue(packageId) !== undefined) return read.value
    // Berth answers with some package's templates then, and a form that offered them could install what the chosen one does not have.
    return { ...read.value, templates: { state: 'unknown', items: [], diagnosis: null } }
  })
  return { catalog, isLoading }
}
