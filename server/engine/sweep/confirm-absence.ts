import { decideMassVanish } from './decide-mass-vanish.ts'
import type { MassVanish, SweepContext } from './ports.ts'
import { saveExchange, type ReadResult } from './read-server.ts'

type Exchanged = Extract<ReadResult, { type: 'exchanged' }>

/** Absences of this time count together: what vanishes one by one is a mass as well. */
const RECENT_MS = 60 * 60_000

interface Doubts {
  /** Answered that they do not exist. */
  absences: readonly { serverId: string, since: Date }[]
  exchanges: readonly Exchanged[]
  /** Missing as well, as far as a sample tells. */
  unread?: number
}
type Believer = Pick<SweepContext, 'store' | 'now'>

/** Whether so many are missing or exchanged at once that the panel is in doubt, not they. */
export async function isMass(context: Believer, doubts: Doubts): Promise<boolean> {
  return await findMass(context, doubts) !== null
}

async function findMass({ store, now }: Believer, { absences, exchanges, unread = 0 }: Doubts): Promise<MassVanish | null> {
  const recent = await store.countRecentAbsences(new Date(now().getTime() - RECENT_MS), absences.map(({ serverId }) => serverId))
  return decideMassVanish({ missing: recent + absences.length + unread, exchanged: exchanges.filter(isNews).length, fleet: await store.countFleet() })
}

/**
 * Believes what the panel has said twice about servers that are missing, and about exchanged ones, unless they are too many at once or the
 * panel is in doubt already: then nothing is marked. Resolves to whether the panel is believed.
 */
export async function believeUnlessMass(context: Believer, doubts: Doubts): Promise<boolean> {
  const { store } = context
  const { absences, exchanges } = doubts
  if (await isPanelDoubtful(context, doubts)) return false
  if (absences.length > 0) await store.markVanished(absences)
  for (const exchange of exchanges) await saveExchange(context, exchange)
  return true
}

/**
 * Notes that an operation found its server missing, and resolves to whether that is believed. Else servers would be marked one by one, or
 * called deleted, while the panel is another one. The first look counts already, so that many at once are seen as many.
 */
export async function believeAbsence(context: Believer, serverId: string, at: Date): Promise<boolean> {
  await context.store.noteAbsence(serverId, at)
  return !await isPanelDoubtful(context, { absences: [{ serverId, since: at }], exchanges: [] })
}

/** Berth only reads already, or does from now on because of these. */
async function isPanelDoubtful(context: Believer, doubts: Doubts): Promise<boolean> {
  const { store } = context
  if (await store.isInDoubt()) return true
  if (doubts.absences.length === 0 && doubts.exchanges.length === 0) return false
  const mass = await findMass(context, doubts)
  if (!mass) return false
  await store.freeze(mass)
  // Kept for the person who decides: with the same panel, these are what is missing.
  for (const { serverId, since } of doubts.absences) await store.noteAbsence(serverId, since)
  return true
}

/** One that admins know of already, or that they have left safe mode without, is no new sign, and a server that only changed its owner is still the same server. */
const isNews = ({ record, comparison }: Exchanged) =>
  !record.isVanished && comparison.findings.some(({ field }) => field === 'identity') && !record.findings.some(({ field }) => field === 'identity')
