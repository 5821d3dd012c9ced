import type { AdoptMany, AdoptRow } from '#shared/schemas/orphans.ts'
import type { Role } from '#shared/schemas/common.ts'
import type { Db } from '../../context.ts'
import type { Orphan } from '../../generated/prisma/client.ts'
import { describeOrphans } from './load-orphans.ts'
import type { WantedAdoption, WantedCustomer, WantedOrphan } from './plan-adoption.ts'
import { readCsv, type CsvRow } from './read-csv.ts'

const PERSON = { id: true, name: true, email: true, role: true, disabledAt: true, virtfusionUserId: true } as const

/** Looks up everything that the lines name, in a fixed number of queries however many they are. @throws AppError invalid_input for `csv` */
export async function findWanted(db: Db, input: AdoptMany): Promise<WantedAdoption[]> {
  if ('csv' in input) return fromCsv(db, readCsv(input.csv))
  const rows: readonly AdoptRow[] = 'ids' in input ? input.ids.map((orphanId) => ({ orphanId, customerId: input.customerId, planId: input.planId })) : input.rows
  const customerIds = [...new Set(rows.flatMap(({ customerId }) => customerId ?? []))]
  const emails = [...new Set(rows.flatMap(({ newCustomer }) => newCustomer?.email ?? []))]
  const [orphans, customers, plans] = await Promise.all([
    db.orphan.findMany({ where: { id: { in: rows.map(({ orphanId }) => orphanId) } } }),
    db.user.findMany({ where: { OR: [{ id: { in: customerIds }, role: 'customer' }, { email: { in: emails } }] }, select: PERSON }),
    db.plan.findMany({ where: { id: { in: [...new Set(rows.map(({ planId }) => planId))] } }, select: { id: true, name: true } }),
  ])
  const wantedOrphan = await toWanted(db, orphans)
  return rows.map(({ orphanId, customerId, newCustomer, planId, name }, index) => ({
    line: index + 1, virtfusionServerId: null, virtfusionUuid: null,
    orphan: wantedOrphan.get(orphanId) ?? null,
    customer: toCustomer(customers.find(({ id, email }) => (newCustomer ? email === newCustomer.email : id === customerId))),
    newCustomer: newCustomer ?? null,
    plan: plans.find(({ id }) => id === planId) ?? null,
    name: name ?? null, typed: null,
  }))
}

async function fromCsv(db: Db, lines: readonly CsvRow[]): Promise<WantedAdoption[]> {
  const numbers = lines.map(({ virtfusionServerId }) => toNumber(virtfusionServerId)).filter((number) => number !== null)
  const [orphans, customers, plans] = await Promise.all([
    db.orphan.findMany({ where: { OR: [{ virtfusionServerId: { in: numbers } }, { virtfusionUuid: { in: lines.map(({ uuid }) => uuid.toLowerCase()) } }] } }),
    db.user.findMany({ where: { email: { in: lines.map(({ customerEmail }) => customerEmail.toLowerCase()) } }, select: PERSON }),
    db.plan.findMany({ where: { name: { in: lines.map(({ plan }) => plan) } }, select: { id: true, name: true } }),
  ])
  const wantedOrphan = await toWanted(db, orphans)
  return lines.map(({ line, ...row }) => {
    const number = toNumber(row.virtfusionServerId)
    // A number that is none names nothing, whatever stands beside it.
    const named = number === null && row.virtfusionServerId !== '' ? [] : orphans.filter((candidate) => isNamed(candidate, number, row.uuid.toLowerCase()))
    // Numbers are given again: the one that can be adopted is meant, not one from before.
    const orphan = named.find(({ state }) => state === 'open' || state === 'ignored') ?? named[0]
    return {
      line, virtfusionServerId: number, virtfusionUuid: row.uuid || null,
      orphan: orphan ? wantedOrphan.get(orphan.id) ?? null : null,
      customer: toCustomer(customers.find(({ email }) => email === row.customerEmail.toLowerCase())),
      newCustomer: row.customerName === '' ? null : { name: row.customerName, email: row.customerEmail },
      plan: plans.find(({ name }) => name === row.plan) ?? null,
      name: row.name || null, typed: row,
    }
  })
}

/** A line that names both has to mean one server by both. A number alone means the one that has it now. */
function isNamed(orphan: Orphan, number: number | null, uuid: string): boolean {
  if (uuid !== '') return orphan.virtfusionUuid === uuid && (number === null || orphan.virtfusionServerId === number)
  return number !== null && orphan.virtfusionServerId === number && orphan.state !== 'gone'
}

function toNumber(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null
}

interface Person { id: string, name: string, email: string, role: Role, disabledAt: Date | null, virtfusionUserId: number | null }

function toCustomer(person: Person | undefined): WantedCustomer | null {
  if (!person) return null
  const { id, name, email, role, disabledAt, virtfusionUserId } = person
  return { id, name, email, isAdmin: role === 'admin', isDisabled: disabledAt !== null, virtfusionUserId }
}

async function toWanted(db: Db, orphans: readonly Orphan[]): Promise<Map<string, WantedOrphan>> {
  const describe = await describeOrphans(db, orphans)
  return new Map(orphans.map((row) => {
    const { id, virtfusionServerId, virtfusionUuid, virtfusionOwnerId, name, state, isBuilt, isSuspended, operation, suggestedCustomer } = describe(row)
    return [id, { id, virtfusionServerId, virtfusionUuid, virtfusionOwnerId: virtfusionOwnerId ?? null, name, state, isBuilt, isSuspended, waitingOrder: operation?.isUndecided ? operation.server.reference : null, owner: suggestedCustomer }]
  }))
}
