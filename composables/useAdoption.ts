import type { AdoptLink, AdoptMany, AdoptPreview, AdoptPreviewRow, AdoptResult, AdoptResultRow, AdoptRow } from '#shared/schemas/orphans.ts'
import type { AdoptableLine } from './useOwnerLinks'

/** Each server is read at the panel first, so a batch takes seconds; smaller ones show how far it is. */
const BATCH = 20

/**
 * Adopting many: first what would happen, then the good lines in batches, then the links of customers to owners where they are wanted. A batch
 * that fails as a whole leaves the rest to be tried again.
 */
export function useAdoption() {
  const { run, pending, problem, fieldErrors, reset } = useAction()
  const preview = shallowRef<AdoptPreviewRow[] | null>(null)
  const results = shallowRef<AdoptResultRow[]>([])
  const good = computed((): AdoptableLine[] => (preview.value ?? []).flatMap(({ line, adopt }) => (adopt ? [{ line, ...adopt }] : [])))
  const left = computed(() => good.value.filter(({ line }) => !results.value.some((result) => result.line === line)))
  const links = useOwnerLinks(good, results)

  async function look(input: AdoptMany) {
    const found = await run(() => sendJson<AdoptPreview>('/api/admin/orphans/adopt-preview', { method: 'POST', body: input }))
    if (found) preview.value = found.rows
  }

  /** Asks the panel which customers can be linked. Once asked, it is known. */
  const lookAtLinks = () => run(async () => {
    for (let batch = links.unknown.value.slice(0, BATCH); batch.length > 0; batch = links.unknown.value.slice(0, BATCH)) {
      const { rows } = await sendJson<AdoptPreview>('/api/admin/orphans/adopt-preview', { method: 'POST', body: { rows: batch.map((line) => toRow(line)), withLinks: true } })
      const before = links.unknown.value.length
      links.learn(batch, rows)
      if (links.unknown.value.length === before) break
    }
  })

  async function adoptAll() {
    await run(async () => {
      for (let batch = left.value.slice(0, BATCH); batch.length > 0; batch = left.value.slice(0, BATCH)) {
        const rows = await send(batch.map((line) => toRow(line)))
        // Lines of a batch are counted from 1 again.
        results.value = [...results.value, ...rows.map((row) => ({ ...row, line: batch[row.line - 1]?.line ?? row.line }))]
        // Berth was stopped in the middle: the rest is left to be tried again.
        if (rows.length < batch.length) return
      }
      // Last, when it is known for all lines whose the owners' servers are.
      for (let batch = links.left.value.slice(0, BATCH); batch.length > 0; batch = links.left.value.slice(0, BATCH)) {
        const rows = await send(batch.map((line) => toRow(line, links.of(line))))
        const told = new Map(rows.map((row) => [batch[row.line - 1]?.line, row.link ?? (row.error === null ? undefined : { error: row.error })]))
        results.value = results.value.map((result) => {
          const link = told.get(result.line)
          return link ? { ...result, link } : result
        })
        if ([...told.values()].filter(Boolean).length < batch.length) return
      }
    })
  }

  const send = async (rows: AdoptRow[]) => (await sendJson<AdoptResult>('/api/admin/orphans/adopt-many', { method: 'POST', body: { rows } })).rows

  function startOver() {
    reset()
    preview.value = null
    results.value = []
    links.forget()
  }

  return { preview, results, good, left, links, pending, problem, fieldErrors, look, lookAtLinks, adoptAll, startOver }
}

function toRow({ orphanId, customer: { id, name: customerName, email }, plan, name }: AdoptableLine, link?: AdoptLink): AdoptRow {
  return {
    orphanId, planId: plan.id, ...(id === null ? { newCustomer: { name: customerName, email } } : { customerId: id }), ...(name ? { name } : {}), ...(link?.owner ? { link: link.owner } : {}),
  }
}
