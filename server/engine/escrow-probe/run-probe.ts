import type { PremiseName } from '#shared/schemas/escrow.ts'
import type { Services } from '../../context.ts'
import { recordAudit } from '../../domains/audit/record-audit.ts'
import { forgetPass } from '../../domains/escrow/forget-pass.ts'
import { overwriteGroup } from '../../domains/settings/registry.ts'
import type { DiagnosisRecord } from '../../virtfusion/diagnosis/types.ts'
import type { VirtFusionServer } from '../../virtfusion/schemas/servers.ts'
import { concluded } from '../diagnosis.ts'
import { SafeModeError, TooLateError } from '../ports.ts'
import { PremiseError, unclear, type Bench } from './bench.ts'
import { checkRights } from './check-rights.ts'
import { checkDeletedOwner, checkDeletion, checkListing, checkTransfer } from './check-servers.ts'
import { checkEmail, checkRelation } from './check-users.ts'
import { cleanUp } from './clean-up.ts'
import { openBench, type OpenBench } from './open-bench.ts'
import { freshPremises, withPremise, withoutRunning, type ProbeState } from './probe-state.ts'
import { ProbeTakenOverError, saveProbe, takeProbe } from './probe-store.ts'

/** Whoever dies this often in one run should not begin it again by itself. */
const MOST_TURNS = 3

/**
 * The job behind "Check whether this panel can do it": takes the premises one by one, says after each how it stands, and removes all that it
 * made, whatever came of it. A process that dies leaves the list of what it made; the next one removes that first and begins anew.
 */
export async function runProbe(services: Services, { runId, task }: { runId: string, task: 'check' | 'clean-up' }): Promise<void> {
  const taken = await takeProbe(services, runId)
  if (!taken) return
  try {
    const open = await openBench(services, taken)
    if (!open) return await breakOff(services, taken)
    const isOver = task === 'clean-up' || taken.state !== 'running'
    if ((isOver || taken.made.length > 0) && !await removeLeftovers(services, open)) return
    if (isOver) return
    await open.save({ premises: freshPremises() })
    if (!open.isSameConnection) await open.save(withPremise(open.run(), 'rights', { state: 'unclear', diagnosis: concluded('probe_connection_changed') }))
    if (!open.isSameConnection || taken.turn > MOST_TURNS) return await finish(services, open, 'broken_off')
    await check(services, open)
  }
  catch (error) {
    if (!(error instanceof ProbeTakenOverError)) throw error
  }
}

/** Another panel: what was made stays on the list until the former one is back, or somebody says that it is gone. */
async function breakOff(services: Services, taken: ProbeState): Promise<void> {
  const run = withPremise(taken, 'clean_up', { state: 'unclear', diagnosis: concluded('probe_connection_changed') })
  const state = run.state === 'running' ? 'broken_off' : run.state
  await saveProbe(services, { ...run, premises: withoutRunning(run.premises), state, endedAt: services.now().toISOString() })
}

async function check(services: Services, open: OpenBench): Promise<void> {
  const worst = await checkAll(open)
  const isClean = await step(open, 'clean_up', () => cleanUp(open.bench))
  const verdicts = [worst, isClean]
  await finish(services, open, verdicts.includes('fails') ? 'failed' : verdicts.includes('unclear') ? 'broken_off' : 'passed')
}

type Verdict = 'holds' | 'fails' | 'unclear'

/** In this order, for each builds on what the ones before it made; the first that does not hold ends it. */
async function checkAll(open: OpenBench): Promise<Verdict> {
  const { bench } = open
  let servers: [VirtFusionServer, VirtFusionServer] | null = null
  const made = () => servers ?? fault()
  const steps: [PremiseName, () => Promise<void>][] = [
    ['rights', () => checkRights(bench)],
    ['relation', () => checkRelation(bench)],
    ['email', () => checkEmail(bench)],
    ['listing', async () => { servers = await checkListing(bench, userOf(bench)) }],
    ['deletion', () => checkDeletion(bench, userOf(bench), made())],
    ['transfer', () => checkTransfer(bench, userOf(bench), made()[0])],
    ['deleted_owner', () => checkDeletedOwner(bench, { deletedId: userOf(bench), presentId: userOf(bench, 'b') }, made()[1])],
  ]
  for (const [name, run] of steps) {
    const verdict = await step(open, name, run)
    if (verdict !== 'holds') return verdict
  }
  return 'holds'
}

function userOf(bench: Bench, letter = 'a'): number {
  const { relation } = bench.nameUser(letter)
  const user = bench.made.find((made) => made.kind === 'user' && made.relation === relation)
  return user?.kind === 'user' && user.userId !== null ? user.userId : fault()
}

function fault(): never {
  throw unclear('defect')
}

async function step(open: OpenBench, name: PremiseName, run: () => Promise<void>): Promise<Verdict> {
  await open.save(withPremise(open.run(), name, { state: 'running', diagnosis: null }))
  const failure = await attempt(run)
  await open.save(withPremise(open.run(), name, { state: failure === null ? 'passed' : failure.isUnclear ? 'unclear' : 'failed', diagnosis: failure?.diagnosis ?? null }))
  return failure === null ? 'holds' : failure.isUnclear ? 'unclear' : 'fails'
}

async function attempt(run: () => Promise<void>): Promise<{ diagnosis: DiagnosisRecord, isUnclear: boolean } | null> {
  try {
    await run()
    return null
  }
  catch (error) {
    if (error instanceof PremiseError) return error
    if (error instanceof SafeModeError) return { diagnosis: concluded('probe_safe_mode'), isUnclear: true }
    if (error instanceof TooLateError) return { diagnosis: concluded('probe_held_back'), isUnclear: true }
    throw error
  }
}

/** Resolves to whether nothing is left. Else a run that was under way ends with it: what is left would be taken for what the next checks make. */
async function removeLeftovers(services: Services, open: OpenBench): Promise<boolean> {
  const isClean = await step(open, 'clean_up', () => cleanUp(open.bench)) === 'holds'
  if (!isClean && open.run().state === 'running') await finish(services, open, 'broken_off')
  return isClean
}

/** A pass counts for this connection; a premise that does not hold ends one from before. What is unclear changes nothing. */
async function finish(services: Services, open: OpenBench, state: Exclude<ProbeState['state'], 'running'>): Promise<void> {
  const at = services.now().toISOString()
  const { id, connection, premises } = open.run()
  await open.save({ state, endedAt: at, premises: withoutRunning(premises) }, async (tx) => {
    if (state === 'passed') await overwriteGroup(tx, 'escrow', { passed: { connection, at } }, null)
    if (state === 'failed') await forgetPass(tx, services, 'failed')
    const failed = premises.find((premise) => premise.state === 'failed' || premise.state === 'unclear')
    await recordAudit(tx, services, { action: 'escrow_probe.ended', entity: 'settings', entityId: 'escrow', entityName: 'Throw-away users', after: { runId: id, state, ...(failed ? { premise: failed.name } : {}) } })
  })
}
