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
  // The same one while it says the same: what else changes in the address must neither read nor cut the list.
  const query = computed<Query>((before) => {
    const current = { ...toValue(options.query), limit }
    return before && JSON.stringify(before) === JSON.stringify(current) ? before : current
  })
  const more = shallowRef<Page<Item>[]>([])
  /** While several pages are read again, what was there: a row on its way from one page to the next must not be missing for a moment. */
  const held = shallowRef<Item[] | null>(null)

  const first = useLoad<Page<Item>>(() => `list:${toValue(path)}:${JSON.stringify(query.value)}`, path, { query })
  const isLoadingMore = ref(false)
  const moreError = ref<unknown>(null)
  const lastPage = computed(() => more.value.at(-1) ?? first.data.value)
  const items = computed(() => held.value ?? [...(first.data.value?.items ?? []), ...itemsOf(more.value)])
  const moreProblem = useProblem(moreError, () => true)
  /** What the rows are an answer to. */
  const answered = shallowRef(query.value)

  watch([query, () => toValue(path)], () => {
    more.value = []
    held.value = null
    moreError.value = null
  })
  watch(first.status, (status) => { if (status === 'success' || status === 'error') answered.value = query.value })

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
      // A refresh in between may have ended the list at another row: these would not follow it.
      if (asked === query.value && lastPage.value?.nextCursor === cursor) more.value = [...more.value, page]
    }
    catch (error) {
      if (asked === query.value) moreError.value = error
    }
    finally {
      isLoadingMore.value = false
    }
  }

  let rounds = 0

  async function refresh() {
    const round = ++rounds
    const asked = query.value
    const isOutdated = () => round !== rounds || asked !== query.value
    if (more.value.length > 0) held.value = items.value
    try {
      await first.refresh()
      if (isOutdated() || first.error.value) return
      const pages = await readAsMany(() => itemsOf(more.value).length)
      if (isOutdated()) return
      more.value = pages
      moreError.value = null
    }
    catch (error) {
      if (!isOutdated()) moreError.value = error
    }
    finally {
      if (round === rounds) held.value = null
    }
  }

  /** The pages after the first one, until they hold as many rows or there are no more. */
  async function readAsMany(wanted: () => number): Promise<Page<Item>[]> {
    const pages: Page<Item>[] = []
    for (let cursor = first.data.value?.nextCursor; cursor; cursor = pages.at(-1)?.nextCursor) {
      const missing = wanted() - itemsOf(pages).length
      if (missing <= 0) break
      pages.push(await readPage(cursor, Math.min(missing, LONGEST_PAGE)))
    }
    return pages
  }

  return {
    items,
    error: computed(() => first.error.value ?? moreProblem.value),
    status: first.status,
    hasMore: computed(() => Boolean(lastPage.value?.nextCursor)),
    isLoadingMore,
    /** Other rows were asked for by another filter, and these are still the ones of before. */
    isReplacing: computed(() => first.status.value === 'pending' && answered.value !== query.value),
    loadMore,
    refresh,
    total: computed(() => first.data.value?.total),
  }
}

function itemsOf<Item>(pages: Page<Item>[]): Item[] {
  return pages.flatMap((page) => page.items)
}
