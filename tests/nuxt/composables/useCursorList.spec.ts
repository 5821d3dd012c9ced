import { registerEndpoint } from '@nuxt/test-utils/runtime'
import type { H3Event } from 'h3'
import { getQuery, setResponseStatus } from 'h3'
import { beforeEach, describe, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { mount, settle } from '../support/mount'

interface Row { id: number }
type List = ReturnType<typeof useCursorList<Row>>

let rows: Row[]
let answer: (event: H3Event) => unknown
/** As the API pages: after the row that the cursor names. */
function page(event: H3Event) {
  const { limit, cursor, search } = getQuery(event)
  const found = rows.filter(({ id }) => search === undefined || String(id).includes(String(search)))
  const start = cursor === undefined ? 0 : found.findIndex(({ id }) => String(id) === cursor) + 1
  const items = found.slice(start, start + Number(limit))
  return { items, nextCursor: start + items.length < found.length ? String(items.at(-1)?.id) : null }
}
registerEndpoint('/api/rows', (event) => answer(event))

function refuse(event: H3Event) {
  setResponseStatus(event, 503)
  return { type: 'about:blank', title: 'Berth is not available', status: 503, detail: 'The database does not answer right now.', code: 'unavailable', requestId: 'r-1' }
}

async function withList(query: Ref<Record<string, string>> = ref({}), limit = 200): Promise<List> {
  let list: List | undefined
  await mount(defineComponent({
    setup() {
      list = useCursorList<Row>('/api/rows', { query, limit })
      return () => h('p', String(list?.items.value.length))
    },
  }))
  await settle()
  if (!list) throw new Error('The component did not set up.')
  return list
}

const idsOf = (list: List) => list.items.value.map(({ id }) => id)

describe('useCursorList', () => {
  beforeEach(() => {
    clearNuxtData()
    rows = Array.from({ length: 700 }, (_, index) => ({ id: index + 1 }))
    answer = page
  })

  it('reads again all that is shown, however long the list has become', async () => {
    const list = await withList()
    await list.loadMore()
    await list.loadMore()
    expect(list.items.value).toHaveLength(600)
    await list.refresh()
    expect(list.items.value).toHaveLength(600)
    expect(new Set(idsOf(list)).size).toBe(600)
  })

  it('misses no row for a moment while one moves to the next page, so that a selection stays', async () => {
    const list = await withList(ref({}), 2)
    await list.loadMore()
    const missing: number[][] = []
    watch(list.items, () => missing.push([1, 2, 3].filter((id) => !idsOf(list).includes(id))), { flush: 'sync' })
    rows = [{ id: 1000 }, ...rows]
    await list.refresh()
    expect(idsOf(list)).toEqual([1000, 1, 2, 3])
    expect(missing.flat()).toEqual([])
  })

  it('keeps the rows where reading them again fails, and forgets the failure once it worked', async () => {
    const list = await withList(ref({}), 2)
    await list.loadMore()
    answer = (event) => (getQuery(event).cursor ? refuse(event) : page(event))
    await list.refresh()
    expect([idsOf(list), list.error.value?.requestId]).toEqual([[1, 2, 3, 4], 'r-1'])
    answer = page
    await list.refresh()
    expect([idsOf(list), list.error.value]).toEqual([[1, 2, 3, 4], null])
  })

  it('forgets a failure of the rows before with another filter', async () => {
    const query = ref<Record<string, string>>({})
    const list = await withList(query, 2)
    answer = (event) => (getQuery(event).cursor ? refuse(event) : page(event))
    await list.loadMore()
    expect(list.error.value?.requestId).toBe('r-1')
    query.value = { search: '7' }
    await settle()
    expect([idsOf(list), list.error.value]).toEqual([[7, 17], null])
  })

  it('adds no rows of the filter before to those of the one that was chosen while they were read', async () => {
    const query = ref<Record<string, string>>({})
    const list = await withList(query, 2)
    await list.loadMore()
    const isOver = list.refresh()
    query.value = { search: '7' }
    await isOver
    await settle()
    expect(idsOf(list)).toEqual([7, 17])
  })

  it('says that the rows are those of before until the answer to another filter is there, and is still while it only reads again', async () => {
    const query = ref<Record<string, string>>({})
    const list = await withList(query, 2)
    const isOver = list.refresh()
    expect(list.isReplacing.value).toBe(false)
    await isOver
    query.value = { search: '7' }
    await nextTick()
    expect([idsOf(list), list.isReplacing.value]).toEqual([[1, 2], true])
    await settle()
    expect([idsOf(list), list.isReplacing.value]).toEqual([[7, 17], false])
  })

  it('is not cut by what else changes in the address', async () => {
    const query = ref<Record<string, string>>({ search: '7' })
    const list = await withList(query, 2)
    await list.loadMore()
    query.value = { search: '7' }
    await settle()
    expect(idsOf(list)).toEqual([7, 17, 27, 37])
  })
})
