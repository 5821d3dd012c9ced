import type { AdoptPreviewRow } from '#shared/schemas/orphans.ts'
import { LONGEST_SERVER_NAME, ServerNameSchema } from '#shared/schemas/servers.ts'

/** A line as somebody wants it, with whatever of it was found. */
export interface WantedAdoption {
  line: number
  /** How the line names the server, where no orphan was found. */
  virtfusionServerId: number | null
  virtfusionUuid: string | null
  orphan: WantedOrphan | null
  customer: { id: string, name: string, email: string, isDisabled: boolean } | null
  plan: { id: string, name: string } | null
  /** Else the name at the panel. */
  name: string | null
}

export interface WantedOrphan {
  id: string
  virtfusionServerId: number
  virtfusionUuid: string
  name: string
  state: 'open' | 'ignored' | 'adopted' | 'deleting' | 'gone'
  isBuilt: boolean | null
  isSuspended: boolean | null
  /** Reference of the order that may wait for it. */
  waitingOrder: string | null
  /** The customer here whose user at the panel owns it. */
  owner: { id: string, name: string } | null
}

/** What would happen to each line. Pure: the panel is not asked before somebody goes on. */
export function planAdoption(wanted: readonly WantedAdoption[]): AdoptPreviewRow[] {
  const taken = new Map<string, number>()
  return wanted.map((row) => {
    const { orphan, customer, plan } = row
    const base = { line: row.line, virtfusionServerId: orphan?.virtfusionServerId ?? row.virtfusionServerId, virtfusionUuid: orphan?.virtfusionUuid ?? row.virtfusionUuid }
    const refused = (error: string): AdoptPreviewRow => ({ ...base, adopt: null, error, notes: [] })
    if (!orphan) return refused('The panel\'s list has shown no such server that belongs to nobody. Check the number, or wait for the next sweep.')
    const problem = describeState(orphan)
    if (problem) return refused(problem)
    const twin = taken.get(orphan.id)
    if (twin !== undefined) return refused(`The same server as in line ${twin}.`)
    if (!customer) return refused('There is no customer with this e-mail address.')
    if (customer.isDisabled) return refused('This customer is switched off. Switch the account on first.')
    if (!plan) return refused('There is no plan of this name.')
    const name = row.name ?? orphan.name.trim().slice(0, LONGEST_SERVER_NAME)
    if (name !== '' && !ServerNameSchema.safeParse(name).success) return refused('The name is too long or holds control characters.')
    taken.set(orphan.id, row.line)
    const { isDisabled: _known, ...holder } = customer
    return { ...base, adopt: { orphanId: orphan.id, name, customer: holder, plan }, error: null, notes: notesOf(orphan, name, customer.id) }
  })
}

function describeState({ state, waitingOrder }: WantedOrphan): string | null {
  if (state === 'adopted') return 'This server belongs to a row of Berth already.'
  if (state === 'deleting') return 'This server is being deleted.'
  if (state === 'gone') return 'The panel no longer shows this server.'
  return waitingOrder ? `This may be the server that the order ${waitingOrder} waits for. Decide there first.` : null
}

function notesOf({ isBuilt, isSuspended, state, owner }: WantedOrphan, name: string, customerId: string): string[] {
  return [
    ...(owner && owner.id !== customerId ? [`At the panel it belongs to ${owner.name}'s user, and stays there.`] : []),
    ...(state === 'ignored' ? ['It was ignored before.'] : []),
    ...(isBuilt === false ? ['It was never built, so it will be listed as failed.'] : []),
    ...(isSuspended === true ? ['It is suspended and stays so.'] : []),
    ...(name === '' ? ['It has no name at the panel and gets its reference as one.'] : []),
  ]
}
