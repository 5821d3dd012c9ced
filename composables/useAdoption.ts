import type { AdoptMany, AdoptPreview, AdoptPreviewRow, AdoptResult, AdoptResultRow } from '#shared/schemas/orphans.ts'

/** Each server is read at the panel first, so a batch takes seconds; smaller ones show how far it is. */
const BATCH = 20

/** Adopting many: first what would happen, then the good lines in batches. A batch that fails as a whole leaves the rest to be tried again. */
export function useAdoption() {
  const { run, pending, problem, fieldErrors, reset } = useAction()
  const preview = shallowRef<AdoptPreviewRow[] | null>(null)
  const results = shallowRef<AdoptResultRow[]>([])
  const good = computed(() => (preview.value ?? []).flatMap(({ line, adopt }) => (adopt ? [{ line, ...adopt }] : [])))
  const left = computed(() => good.value.filter(({ line }) => !results.value.some((result) => result.line === line)))

  async function look(input: AdoptMany) {
    const found = await run(() => sendJson<AdoptPreview>('/api/admin/orphans/adopt-preview', { method: 'POST', body: input }))
    if (found) preview.value = found.rows
  }

  async function adoptAll() {
    await run(async () => {
      for (let batch = left.value.slice(0, BATCH); batch.length > 0; batch = left.value.slice(0, BATCH)) {
        const rows = batch.map(({ orphanId, customer, plan, name }) => ({ orphanId, customerId: customer.id, planId: plan.id, ...(name ? { name } : {}) }))
        const done = await sendJson<AdoptResult>('/api/admin/orphans/adopt-many', { method: 'POST', body: { rows } })
        // Lines of a batch are counted from 1 again.
        results.value = [...results.value, ...done.rows.map((row) => ({ ...row, line: batch[row.line - 1]?.line ?? row.line }))]
        // Berth was stopped in the middle: the rest is left to be tried again.
        if (done.rows.length < batch.length) break
      }
    })
  }

  function startOver() {
    reset()
    preview.value = null
    results.value = []
  }

  return { preview, results, good, left, pending, problem, fieldErrors, look, adoptAll, startOver }
}
