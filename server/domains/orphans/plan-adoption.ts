import { CreateCustomerSchema } from '#shared/schemas/customers.ts'
import type { AdoptLink, AdoptPreviewRow, NewCustomer, TypedLine } from '#shared/schemas/orphans.ts'
import { LONGEST_SERVER_NAME, ServerNameSchema } from '#shared/schemas/servers.ts'

/** A line as somebody wants it, with whatever of it was found. */
export interface WantedAdoption {
  line: number
  /** How the line names the server, where no orphan was found. */
  virtfusionServerId: number | null
  virtfusionUuid: string | null
  orphan: WantedOrphan | null
  customer: WantedCustomer | null
  /** Whom the line names, in case that nobody has the address. */
  newCustomer: NewCustomer | null
  plan: { id: string, name: string } | null
  /** Else the name at the panel. */
  name: string | null
  /** The line itself, of a table. */
  typed: TypedLine | null
}

export interface WantedCustomer { id: string, name: string, email: string, isAdmin: boolean, isDisabled: boolean, virtfusionUserId: number | null }

export interface WantedOrphan {
  id: string
  virtfusionServerId: number
  virtfusionUuid: string
  virtfusionOwnerId: number | null
  name: string
  state: 'open' | 'ignored' | 'adopted' | 'deleting' | 'gone'
  isBuilt: boolean | null
  isSuspended: boolean | null
  /** Reference of the order that may wait for it. */
  waitingOrder: string | null
  /** The customer here whose user at the panel owns it. */
  owner: { id: string, name: string } | null
}

type Adopt = NonNullable<AdoptPreviewRow['adopt']>
type Holder = Adopt['customer']

/** What would happen to each line. Pure: the panel is not asked before somebody goes on. */
export function planAdoption(wanted: readonly WantedAdoption[]): AdoptPreviewRow[] {
  const taken = new Map<string, number>()
  const made = new Map<string, { name: string, line: number }>()
  const rows = wanted.map((row): AdoptPreviewRow => {
    const { line, orphan, plan, typed } = row
    const base = {
      line, virtfusionServerId: orphan?.virtfusionServerId ?? row.virtfusionServerId, virtfusionUuid: orphan?.virtfusionUuid ?? row.virtfusionUuid, ...(typed ? { typed } : {}),
    }
    const refused = (error: string): AdoptPreviewRow => ({ ...base, adopt: null, error, notes: [] })
    if (typed && Object.values(typed).some((cell) => cell.includes('\uFFFD'))) {
      return refused('A character of this line was lost (\uFFFD): the table was not read as what it was saved as. Save it as "CSV UTF-8" and choose the file, instead of pasting it.')
    }
    if (!orphan) return refused('The panel\'s list has shown no such server that belongs to nobody. Check the number, or wait for the next sweep.')
    const problem = describeState(orphan)
    if (problem) return refused(problem)
    const twin = taken.get(orphan.id)
    if (twin !== undefined) return refused(`The same server as in line ${twin}.`)
    const holder = findHolder(row)
    if (typeof holder === 'string') return refused(holder)
    if (!plan) return refused(typed ? `There is no plan of the name "${typed.plan}". Names are compared with capitals.` : 'There is no such plan.')
    const name = row.name ?? orphan.name.trim().slice(0, LONGEST_SERVER_NAME)
    if (name !== '' && !ServerNameSchema.safeParse(name).success) return refused('The name is too long or holds control characters.')
    taken.set(orphan.id, line)
    const first = holder.id === null ? made.get(holder.email) : undefined
    if (holder.id === null && !first) made.set(holder.email, { name: holder.name, line })
    const customer = { ...holder, name: first?.name ?? holder.name }
    const renamed = first && first.name !== holder.name ? [`Line ${first.line} names this customer ${first.name}, and that name stands.`] : []
    return { ...base, adopt: { orphanId: orphan.id, name, customer, plan, virtfusionOwnerId: orphan.virtfusionOwnerId }, error: null, notes: [...renamed, ...notesOf(orphan, name, customer)] }
  })
  return withRefusedLinks(rows, wanted)
}

/** Who gets the server, or why nobody can. One address is one customer, whatever a line says beside it. */
function findHolder({ customer, newCustomer, typed }: WantedAdoption): Holder | string {
  if (customer?.isAdmin) return `${customer.email} is the address of an admin of Berth, who can't be a customer as well.`
  if (customer?.isDisabled) return `The customer ${customer.email} is switched off. Switch the account on first.`
  if (customer) return { id: customer.id, name: customer.name, email: customer.email }
  if (newCustomer) {
    const checked = CreateCustomerSchema.safeParse(newCustomer)
    if (checked.success) return { id: null, name: checked.data.name, email: checked.data.email }
    const isEmail = checked.error.issues.some(({ path }) => path[0] === 'email')
    return isEmail ? `"${newCustomer.email}" is no e-mail address.` : `The customer's name "${newCustomer.name}" is too long or holds control characters.`
  }
  if (!typed) return 'There is no such customer.'
  if (typed.customerEmail === '') return 'The line names no e-mail address of a customer.'
  return `There is no customer with the e-mail address "${typed.customerEmail}". Add the customer, or put a name into the column customer_name to have one made.`
}

function describeState({ state, waitingOrder }: WantedOrphan): string | null {
  if (state === 'adopted') return 'This server belongs to a row of Berth already.'
  if (state === 'deleting') return 'This server is being deleted.'
  if (state === 'gone') return 'The panel no longer shows this server.'
  return waitingOrder ? `This may be the server that the order ${waitingOrder} waits for. Decide there first.` : null
}

function notesOf({ isBuilt, isSuspended, state, owner }: WantedOrphan, name: string, { id }: Holder): string[] {
  return [
    ...(owner && owner.id !== id ? [`At the panel it belongs to ${owner.name}'s user, and stays there.`] : []),
    ...(state === 'ignored' ? ['It was ignored before.'] : []),
    ...(isBuilt === false ? ['It was never built, so it will be listed as failed.'] : []),
    ...(isSuspended === true ? ['It is suspended and stays so.'] : []),
    ...(name === '' ? ['It has no name at the panel and gets its reference as one.'] : []),
  ]
}

/** Says of each line whose customer can't be linked to the owner, as far as that is known without the panel: the rest has to be asked there. */
function withRefusedLinks(rows: readonly AdoptPreviewRow[], wanted: readonly WantedAdoption[]): AdoptPreviewRow[] {
  const holders = new Map<number, { email: string, name: string, line: number }[]>()
  for (const { line, adopt } of rows) {
    if (typeof adopt?.virtfusionOwnerId === 'number') holders.set(adopt.virtfusionOwnerId, [...holders.get(adopt.virtfusionOwnerId) ?? [], { email: adopt.customer.email, name: adopt.customer.name, line }])
  }
  return rows.map((row, index) => {
    if (!row.adopt) return row
    const { virtfusionOwnerId: ownerId, customer } = row.adopt
    const linked = wanted[index]?.customer?.virtfusionUserId ?? null
    const other = (ownerId ? holders.get(ownerId) : undefined)?.find(({ email }) => email !== customer.email)
    if (linked !== null) return withLink(row, row.adopt, refusedLink(`This customer is the panel's user ${linked} already.`))
    return other ? withLink(row, row.adopt, refusedLink(`User ${ownerId} also owns the server of line ${other.line}, which goes to ${other.name}.`)) : row
  })
}

const withLink = (row: AdoptPreviewRow, adopt: Adopt, link: AdoptLink): AdoptPreviewRow => ({ ...row, adopt: { ...adopt, link } })

/** A link that will not be made, and why. */
export const refusedLink = (refusal: string): AdoptLink => ({ owner: null, refusal })
