import { concluded } from '../../diagnosis.ts'
import { done, type Outcome } from '../../outcome.ts'
import { readBoundServer, vanished } from '../../read-bound-server.ts'
import { readTemplateName } from '../../read-template-name.ts'
import type { Run, Step } from '../../run.ts'

/** Reads the finished server back with its live state, and calls it active. */
export const confirm: Step = async (run) => {
  const read = await readBoundServer(run, { remoteState: true })
  if (read.type === 'ended') return read.outcome
  if (read.type === 'gone') return vanished(run, read.since)
  // What the create answer told stays, but nobody has seen the finished server.
  if (read.type === 'blind') return activate(run, { observedAt: null }, { event: { code: 'succeeded_unconfirmed' }, diagnosis: concluded('accepted_unconfirmed') })
  return activate(run, {}, {})
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
