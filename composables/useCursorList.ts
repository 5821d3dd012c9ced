interface Page<Item> {
  items: Item[]
  nextCursor: string | null
  total?: number
}

type Query = Record<string, string | number | boolean | undefined>

const LONGEST_PAGE = 200

/** A list that pages by key: the first page comes with the view, `loadMore` adds the next, `refresh` reads again what is shown. */
export function useCursorList<Item>(path: MaybeRefOrGetter<string>, options: { query?: MaybeRefOrGetter<Query>, limit?: number } = {}) {
  const limit = options.limit ?? 50
  const query = computed(() => ({ ...toValue(options.query), limit }))
  const more = shallowRef<Page<Item>[]>([])

  const first = useLoad<Page<Item>>(() => `list:${toValue(path)}:${JSON.stringify(query.value)}`, path, { query })
  const isLoadingMore = ref(false)
  const moreError = ref<unknown>(null)
  const lastPage = computed(() => more.value.at(-1) ?? first.data.value)
  const items = computed(() => [...(first.data.value?.items ?? []), ...more.value.flatMap((page) => page.items)])
  const moreProblem = useProblem(moreError, () => true)

  watch([query, () => toValue(path)], () => { more.value = [] })

  function readPage(cursor: string, size: number): Promise<Page<Item>> {
    return $fetch<Page<Item>>(toValue(path), { query: { ...query.value, limit: size, cursor }, retry: 0 }) as Promise<Page<Item>>
  }

  async function loadMore() {
    const cursor = lastPage.value?.nextCursor
    if (!cursor || isLoadingMore.value) return
    const asked = query.value
    isLoadingMore.value = true
    moreError.value = null
    try {
      const page = await readPage(cursor, limit)
      if (asked === query.value) more.value = [...more.value, page]
    }
    catch (error) {
      moreError.value = error
    }
    finally {
      isLoadingMore.value = false
    }
  }

  async function refresh() {
    const shown = more.value.reduce((count, page) => count + page.items.length, 0)
    await first.refresh()
    const cursor = first.data.value?.nextCursor
    if (shown === 0 || !cursor) {
      more.value = []
      return
    }
    try {
      more.value = [await readPage(cursor, Math.min(shown, LONGEST_PAGE))]
    }
    catch (error) {
      moreError.value = error
    }
  }

  return {
    items,
    error: computed(() => first.error.value ?? moreProblem.value),
    status: first.status,
    hasMore: computed(() => Boolean(lastPage.value?.nextCursor)),
    isLoadingMore,
    loadMore,
    refresh,
    total: computed(() => first.data.value?.total),
  }
}
