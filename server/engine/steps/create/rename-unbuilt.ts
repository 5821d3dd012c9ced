import { decideChange } from '../../decide-change.ts'
import { paused } from '../../not-now.ts'
import { next, wait, type Outcome } from '../../outcome.ts'
import { readBoundServer, vanished } from '../../read-bound-server.ts'
import type { Run } from '../../run.ts'


/** Without a template nothing is built, so the name goes to the panel by itself. A token that may not rename changes nothing about the server. */
export async function renameUnbuilt(run: Run): Promise<Outcome> {
  const { server, panel } = run
  if (server.virtfusionServerId === null) return next('settle')
  const read = await readBoundServer(run)
  if (read.type === 'ended') return read.outcome
  if (read.type === 'gone') return vanished(run, read.since)
  if (read.type === 'blind' || read.remote.name === server.name) return next('confirm')
  const answer = await panel.rename(server.virtfusionServerId, server.name)
  const change = decideChange(answer)
  if (change === 'paused') return paused()
  // Setting a name twice is harmless.
  if (!answer.ok && (change === 'unavailable' || change === 'unknown' || change === 'busy')) return wait('backoff', answer.diagnosis)
  return next('confirm')
}
