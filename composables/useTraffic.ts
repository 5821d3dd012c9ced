import type { Traffic } from '#shared/schemas/servers.ts'

/**
 * What the server at `path` has used of its traffic. Read in the browser only, when the page stands: a panel that hangs holds up nothing but
 * this line. What was read before stays beside the problem of a later reading.
 */
export function useTraffic(path: MaybeRefOrGetter<string>) {
  const key = () => `traffic:${toValue(path)}`
  const loaded = useFetch(() => `${toValue(path)}/traffic`, { key, server: false, lazy: true, retry: 0 })
  const traffic = useLastGood<Traffic>(key, loaded)
  const problem = computed(() => (loaded.error.value ? toProblem(loaded.error.value) : null))
  const refresh = () => loaded.refresh()
  useKeepFresh(refresh)
  // It may be readable again: safe mode is over, or the panel answers.
  useLiveEvents(({ type }) => { if (problem.value && (type === 'panel' || type === 'resync')) void refresh() })
  return { traffic, problem, refresh }
}
