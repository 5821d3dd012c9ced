import { z } from 'zod'
import { concluded } from '../../diagnosis.ts'
import { done, type Outcome } from '../../outcome.ts'
import { readBoundServer, vanished, type BoundRead } from '../../read-bound-server.ts'
import { readTemplateName } from '../../read-template-name.ts'
import { memoryOf, type Run, type Step } from '../../run.ts'

const MemorySchema = z.object({ liveSince: z.iso.datetime().nullish().catch(null) })

/** For so long its live state is tried for; a hypervisor that tells none keeps no customer from a finished server. */
const LIVE_MS = 60_000

/** Reads the finished server back with its live state, and calls it active. */
export const confirm: Step = async (run) => {
  const read = await readFinished(run)
  if (read.type === 'ended') return read.outcome
  if (read.type === 'gone') return vanished(run, read.since)
  // What the create answer told stays, but nobody has seen the finished server.
  if (read.type === 'blind') return activate(run, { observedAt: null }, { event: { code: 'succeeded_unconfirmed' }, diagnosis: concluded('accepted_unconfirmed') })
  return activate(run, {}, {})
}

/** The live state comes from the hypervisor, the rest from the panel itself, which may answer where that one does not. */
async function readFinished(run: Run): Promise<BoundRead> {
  const live = await readBoundServer(run, { remoteState: true })
  if (live.type !== 'ended' || live.isUnavailable !== true) return live
  const { liveSince } = MemorySchema.parse(memoryOf(run.operation))
  const since = liveSince ?? run.now().toISOString()
  if (run.now().getTime() - Date.parse(since) >= LIVE_MS) return readBoundServer(run)
  return { ...live, outcome: { ...live.outcome, learnt: { ...live.outcome.learnt, liveSince: since } } }
}

async function activate(run: Run, seen: { observedAt?: null }, extras: Partial<Extract<Outcome, { type: 'done' }>>): Promise<Outcome> {
  const { server } = run
  const operatingSystemName = await readTemplateName(run)
  return done({
    ...extras,
    result: { virtfusionServerId: server.virtfusionServerId },
    writes: [{ type: 'server', onlyIn: ['provisioning', 'failed', 'active'], patch: { lifecycle: 'active', ...seen, ...(operatingSystemName ? { operatingSystemName } : {}) } }],
  })
}
