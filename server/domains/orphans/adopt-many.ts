import type { AdoptMany, AdoptPreview, AdoptPreviewRow, AdoptResult, AdoptResultRow, AdoptRow } from '#shared/schemas/orphans.ts'
import type { Call } from '../../context.ts'
import { AppError, conflict } from '../../errors.ts'
import { adopt } from './adopt-orphan.ts'
import { openCustomers } from './find-or-make-customer.ts'
import { findWanted } from './find-wanted.ts'
import { findOwnerLink, linkOwner } from './link-owner.ts'
import { planAdoption, type WantedAdoption } from './plan-adoption.ts'

/** Reads at the panel side by side; the client keeps its own pace. */
const AT_ONCE = 4

/**
 * What would happen, line by line. Asks the database only, unless the links to owners are asked for: those are known at the panel.
 * @throws AppError invalid_input for `csv`, panel_unavailable
 */
export async function previewAdoption(call: Call, input: AdoptMany): Promise<AdoptPreview> {
  const rows = planAdoption(await findWanted(call.db, input))
  if (!('rows' in input && input.withLinks)) return { rows }
  await sideBySide(call, rows.entries(), async ([place, row]) => {
    if (row.adopt && !row.adopt.link) rows[place] = { ...row, adopt: { ...row.adopt, link: await findOwnerLink(call, row.adopt) } }
  })
  return { rows }
}

/**
 * Adopts every line that can be, each in a transaction of its own: one that fails keeps no other back, and says why. The same again tells the
 * adopted ones as adopted. Customers are made, and linked to owners, only as `rows` say, which is how a preview has shown them; links come
 * last, when it is known whose the owner's servers are. `baseUrl` is Berth's own address. @throws AppError invalid_input for `csv`
 */
export async function adoptMany(call: Call, input: AdoptMany, baseUrl: string): Promise<AdoptResult> {
  const wanted = await findWanted(call.db, input)
  const findOrMake = 'rows' in input ? openCustomers(call, baseUrl) : null
  const results: AdoptResultRow[] = []
  await sideBySide(call, planAdoption(wanted).entries(), async ([place, row]) => {
    results.push(await findAdopted(call, wanted[place]) ?? await adoptRow(call, row, findOrMake))
  })
  results.sort((a, b) => a.line - b.line)
  return { rows: 'rows' in input ? await linkOwners(call, input.rows, results) : results }
}

/** Does the work for each item, some of them at a time; leaves the rest when the process is asked to stop. */
async function sideBySide<T>(call: Call, items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items]
  const workers = Array.from({ length: AT_ONCE }, async () => {
    for (let next = waiting.shift(); next !== undefined && !call.stopping.aborted; next = waiting.shift()) await work(next)
  })
  await Promise.all(workers)
}

/** An answer may have been lost on its way here: what was adopted as this line wants it counts as adopted. */
async function findAdopted({ db }: Call, wish: WantedAdoption | undefined): Promise<AdoptResultRow | null> {
  if (wish?.orphan?.state !== 'adopted' || !wish.customer || !wish.plan) return null
  const { virtfusionServerId, virtfusionUuid } = wish.orphan
  const server = await db.server.findFirst({
    where: { virtfusionServerId, virtfusionUuid, customerId: wish.customer.id, planId: wish.plan.id, lifecycle: { not: 'deleted' } },
    select: { id: true, reference: true, name: true, customer: { select: { id: true, name: true, email: true, passwordHash: true } } },
  })
  if (!server) return null
  const { customer: { passwordHash, ...customer }, ...adopted } = server
  return {
    line: wish.line, virtfusionServerId, name: adopted.name, server: adopted, error: null,
    // Made by the request whose answer was lost, and the link with it.
    ...(wish.newCustomer && passwordHash === null ? { newCustomer: { ...customer, invitation: null } } : {}),
  }
}

async function adoptRow(call: Call, { line, virtfusionServerId, adopt: wanted, error }: AdoptPreviewRow, findOrMake: ReturnType<typeof openCustomers> | null): Promise<AdoptResultRow> {
  if (!wanted) return { line, virtfusionServerId, name: null, server: null, error }
  const { orphanId, customer: { id, name: customerName, email }, plan } = wanted
  let newCustomer: AdoptResultRow['newCustomer']
  const makeCustomer = async () => {
    if (!findOrMake) throw conflict('A new customer is made only as a preview has shown it: ask for one, and send this line as a row of it.', 'preview_needed')
    const { customerId, made } = await findOrMake({ name: customerName, email })
    if (made) newCustomer = { id: made.id, name: made.name, email: made.email, invitation: made.invitation }
    return customerId
  }
  // Told also where the server was not adopted after all: the link is shown once.
  const alsoMade = () => (newCustomer ? { newCustomer } : {})
  try {
    const server = await adopt(call, orphanId, { customer: id ?? makeCustomer, planId: plan.id, ...(wanted.name ? { name: wanted.name } : {}) })
    return { line, virtfusionServerId, name: server.name, server: { id: server.id, reference: server.reference, name: server.name }, error: null, ...alsoMade() }
  }
  catch (failure) {
    return { line, virtfusionServerId, name: wanted.name, server: null, error: tellFailure(call, virtfusionServerId, failure), ...alsoMade() }
  }
}

/** One after the other: two lines of one customer ask for one link. */
async function linkOwners(call: Call, rows: readonly AdoptRow[], results: readonly AdoptResultRow[]): Promise<AdoptResultRow[]> {
  const told: AdoptResultRow[] = []
  for (const result of results) {
    const link = rows[result.line - 1]?.link
    told.push(result.server && link && !call.stopping.aborted ? { ...result, link: { error: await linkOne(call, result, result.server.id, link) } } : result)
  }
  return told
}

async function linkOne(call: Call, { virtfusionServerId }: AdoptResultRow, serverId: string, link: NonNullable<AdoptRow['link']>): Promise<string | null> {
  try {
    return await linkOwner(call, serverId, link)
  }
  catch (failure) {
    return tellFailure(call, virtfusionServerId, failure)
  }
}

/** What nobody foresaw stands in the log; what became of the other lines is told all the same. */
function tellFailure(call: Call, virtfusionServerId: number | null, failure: unknown): string {
  if (failure instanceof AppError) return Object.values(failure.fields ?? {})[0] ?? failure.message
  call.log.error({ err: failure, virtfusionServerId, requestId: call.requestId }, 'a line of an adoption broke')
  return 'Something broke in Berth. The list shows whether this server was adopted, the log of the process has the details.'
}
