import type { AdoptMany, AdoptPreview, AdoptPreviewRow, AdoptResult, AdoptResultRow } from '#shared/schemas/orphans.ts'
import type { Call } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { adopt } from './adopt-orphan.ts'
import { findWanted } from './find-wanted.ts'
import { planAdoption, type WantedAdoption } from './plan-adoption.ts'

/** Reads at the panel side by side; the client keeps its own pace. */
const AT_ONCE = 4

/** What would happen, line by line. Asks the database only. @throws AppError invalid_input for `csv` */
export async function previewAdoption(call: Call, input: AdoptMany): Promise<AdoptPreview> {
  return { rows: planAdoption(await findWanted(call.db, input)) }
}

/**
 * Adopts every line that can be, each in a transaction of its own: one that fails keeps no other back, and says why. The same again tells the
 * adopted ones as adopted. @throws AppError invalid_input for `csv`
 */
export async function adoptMany(call: Call, input: AdoptMany): Promise<AdoptResult> {
  const wanted = await findWanted(call.db, input)
  const waiting = planAdoption(wanted).map((row, index) => ({ row, wish: wanted[index] }))
  const results: AdoptResultRow[] = []
  const work = async () => {
    for (let next = waiting.shift(); next && !call.stopping.aborted; next = waiting.shift()) results.push(await findAdopted(call, next.wish) ?? await adoptRow(call, next.row))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return { rows: results.toSorted((a, b) => a.line - b.line) }
}

/** An answer may have been lost on its way here: what was adopted as this line wants it counts as adopted. */
async function findAdopted({ db }: Call, wish: WantedAdoption | undefined): Promise<AdoptResultRow | null> {
  if (wish?.orphan?.state !== 'adopted' || !wish.customer || !wish.plan) return null
  const { virtfusionServerId, virtfusionUuid } = wish.orphan
  const server = await db.server.findFirst({
    where: { virtfusionServerId, virtfusionUuid, customerId: wish.customer.id, planId: wish.plan.id, lifecycle: { not: 'deleted' } }, select: { id: true, reference: true, name: true },
  })
  return server && { line: wish.line, virtfusionServerId, name: server.name, server, error: null }
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
