import { z } from 'zod'
import { installPause, readBuildState } from '../../decide-install.ts'
import { concluded } from '../../diagnosis.ts'
import { attention, next, wait, type Outcome } from '../../outcome.ts'
import { afterFailedBuild } from './after-failed-build.ts'
import { readBoundServer, vanished } from '../../read-bound-server.ts'
import { memoryOf, type Step } from '../../run.ts'

/** After this long a person looks; the panel may still finish. */
const STALLED_MS = 30 * 60_000

/** For so long after another build was taken, the panel may still show that the one before it failed. */
const STALE_MS = 30_000

const MemorySchema = z.object({ installSince: z.string().optional(), builtBefore: z.string().nullish(), overBuild: z.string().optional() })

/** Waits for an installation by reading the server. A wait is no failure; the end is the panel's word, or half an hour. */
export const awaitInstall: Step = async (run) => {
  const { operation } = run
  const memory = MemorySchema.parse(memoryOf(operation))
  const since = memory.installSince ? new Date(memory.installSince) : run.now()
  const elapsedMs = run.now().getTime() - since.getTime()

  const read = await readBoundServer(run)
  if (read.type === 'ended') return read.outcome
  if (read.type === 'gone') return vanished(run, read.since)
  if (read.type === 'blind') return next('confirm')
  const state = readBuildState(read.remote)
  // A rebuild shows the former build's time until the new one is done.
  const isDone = state === 'complete' && (memory.builtBefore === undefined || read.remote.built !== memory.builtBefore)
  if (isDone) return next('confirm', { learnt: { mayReinstall: null } })
  if (state === 'failed' && !(memory.overBuild && elapsedMs < STALE_MS)) return afterFailedBuild(run, { wasBuilt: read.remote.built !== null })
  if (elapsedMs > STALLED_MS) return stalled()
  return wait(installPause(elapsedMs), undefined, { learnt: { installSince: since.toISOString() } })
}

/** Retrying only waits on: nothing is built again. */
function stalled(): Outcome {
  return attention(concluded('install_stalled', { minutes: STALLED_MS / 60_000 }), { learnt: { installSince: null } })
}
