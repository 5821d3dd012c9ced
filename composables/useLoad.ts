import type { Problem } from '#shared/schemas/common.ts'

type Query = Record<string, string | number | boolean | undefined>

/**
 * Reads one thing from our API: on the server at first view, in the browser later, without holding up the navigation.
 * `error` is the problem in words; what was read before stays beside it. Reads again by itself when the path or the query changes.
 */
export function useLoad<T>(key: MaybeRefOrGetter<string>, path: MaybeRefOrGetter<string>, options: { query?: MaybeRefOrGetter<Query> } = {}) {
  const loaded = useFetch(() => toValue(path), {
    key: toRef(key),
    query: computed(() => toValue(options.query) ?? {}),
    lazy: true,
    retry: 0,
  })
  let isShown = false
  const error = useProblem(loaded.error, () => isShown)
  // A typed path would widen to every answer of every route.
  const data = useLastGood<T>(key, loaded)
  if (import.meta.client) watch(data, (found) => { if (found !== undefined) isShown = true }, { immediate: true })
  const result = { data, error, status: loaded.status, refresh: () => loaded.refresh() }
  return Object.assign(loaded.then(() => result), result)
}

/**
 * The problem behind a failed load. A session that is over leads to the sign-in page, but not away from what was shown before: somebody may
 * be typing beside it.
 */
export function useProblem(error: Ref<unknown>, isShown: () => boolean): ComputedRef<Problem | null> {
  const leave = useSignInAgain()
  const problem = computed(() => (error.value ? toProblem(error.value) : null))
  if (import.meta.client) {
    watch(problem, (current) => { if (current && isSessionOver(current) && !isShown()) void leave() })
  }
  return problem
}
