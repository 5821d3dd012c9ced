import type { Db, Services } from '../../context.ts'
import { overwriteGroup, readGroup } from '../../domains/settings/registry.ts'
import type { ProbeState } from './probe-state.ts'

/** Another job has taken the run up, or another run has begun: this one stops without a further word. */
export class ProbeTakenOverError extends Error {
  override readonly name = 'ProbeTakenOverError'
}

export async function loadProbe(db: Db): Promise<ProbeState | null> {
  return (await readGroup(db, 'escrow.probe')).value.run
}

/** Takes the run up for this job. Null when there is nothing to do for it. */
export async function takeProbe({ db }: Pick<Services, 'db'>, runId: string): Promise<ProbeState | null> {
  return db.$transaction(async (tx) => {
    await lock(tx)
    const run = await loadProbe(tx)
    if (run?.id !== runId) return null
    const taken = { ...run, turn: run.turn + 1 }
    await overwriteGroup(tx, 'escrow.probe', { run: taken }, run.startedById)
    return taken
  })
}

/** Stores how far it came, and tells open tabs. @throws ProbeTakenOverError */
export async function saveProbe({ db, events }: Pick<Services, 'db' | 'events'>, run: ProbeState, also?: (tx: Db) => Promise<void>): Promise<void> {
  await db.$transaction(async (tx) => {
    await lock(tx)
    const stored = await loadProbe(tx)
    if (stored?.id !== run.id || stored.turn !== run.turn) throw new ProbeTakenOverError('another job works on this')
    await overwriteGroup(tx, 'escrow.probe', { run }, run.startedById)
    await also?.(tx)
    await events.publish(tx, { type: 'panel' }, { admins: true })
  })
}

/** Key of the advisory lock under which the run is written: "prob" in ASCII. */
const LOCK = 0x70726f62

/** The row may not exist yet, so it can't be locked itself. */
export async function lock(tx: Db): Promise<void> {
  await tx.$queryRaw`select pg_advisory_xact_lock(${LOCK}::bigint)::text`
}
