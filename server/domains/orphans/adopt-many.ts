import type { AdoptMany, AdoptPreview, AdoptPreviewRow, AdoptResult, AdoptResultRow } from '#shared/schemas/orphans.ts'
import type { Call } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { adopt } from './adopt-orphan.ts'
import { findWanted } from './find-wanted.ts'
import { planAdoption } from './plan-adoption.ts'

/** Reads at the panel side by side; the client keeps its own pace. */
const AT_ONCE = 4

/** What would happen, line by line. Asks the database only. @throws AppError invalid_input for `csv` */
export async function previewAdoption(call: Call, input: AdoptMany): Promise<AdoptPreview> {
  return { rows: planAdoption(await findWanted(call.db, input)) }
}

/**
 * Adopts every line that can be, each in a transaction of its own: one that fails keeps no other back, and says why. The same again finds the
 * adopted ones settled. @throws AppError invalid_input for `csv`
 */
export async function adoptMany(call: Call, input: AdoptMany): Promise<AdoptResult> {
  const waiting = (await previewAdoption(call, input)).rows
  const results: AdoptResultRow[] = []
  const work = async () => {
    for (let row = waiting.shift(); row && !call.stopping.aborted; row = waiting.shift()) results.push(await adoptRow(call, row))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return { rows: results.toSorted((a, b) => a.line - b.line) }
}

async function adoptRow(call: Call, { line, virtfusionServerId, adopt: wanted, error }: AdoptPreviewRow): Promise<AdoptResultRow> {
  if (!wanted) return { line, virtfusionServerId, name: null, server: null, error }
  try {
    const { id, reference, name } = await adopt(call, wanted.orphanId, { customerId: wanted.customer.id, planId: wanted.plan.id, ...(wanted.name ? { name: wanted.name } : {}) })
    return { line, virtfusionServerId, name, server: { id, reference, name }, error: null }
  }
  catch (failure) {
    return { line, virtfusionServerId, name: wanted.name, server: null, error: tellFailure(call, virtfusionServerId, failure) }
  }
}

/** What nobody foresaw stands in the log; what became of the other lines is told all the same. */
function tellFailure(call: Call, virtfusionServerId: number | null, failure: unknown): string {
  if (failure instanceof AppError) return failure.message
  call.log.error({ err: failure, virtfusionServerId, requestId: call.requestId }, 'a server could not be adopted')
  return 'Something broke in Berth. The list shows whether this server was adopted, the log of the process has the details.'
}
