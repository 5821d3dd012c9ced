import { randomUUID } from 'node:crypto'
import type { TaskList } from 'graphile-worker'
import { z } from 'zod'
import type { Services } from '../context.ts'
import { advanceOperation } from './advance-operation.ts'
import { writePanelCalls } from './count-panel-call.ts'
import { engineOf } from './engine-of.ts'
import { runProbe } from './escrow-probe/run-probe.ts'
import { checkIdentity, isIdentityDue } from './identity/check-identity.ts'
import { readSafeMode } from './identity/read-safe-mode.ts'
import { createInvariantWatch } from './invariants/watch-invariants.ts'
import { startJobs } from './jobs.ts'
import { observeServer } from './observe-job.ts'
import type { JobName } from './queue.ts'
import { reconcile } from './reconcile.ts'
import { sweep } from './sweep.ts'
import { startTimer } from './timers.ts'
import { isWatchDue, watchPanel } from './watch-panel.ts'
import { createSchemaWatch } from './watch-schema.ts'

const POLL_MS = 500
const RECONCILE_MS = 5_000
const WATCH_MS = 5_000
const IDENTITY_MS = 5_000
const SWEEP_MS = 5 * 60_000
const INVARIANTS_MS = 60_000
const SCHEMA_MS = 5_000

const OperationPayload = z.object({ operationId: z.uuid() })
const ProbePayload = z.object({ runId: z.uuid(), task: z.enum(['check', 'clean-up']) })
const ServerPayload = z.object({ serverId: z.uuid() })

interface Work { stop(): Promise<void> }

/**
 * Works for as long as this process is the one that the database was migrated for: an old one does not touch what a newer version has
 * made of the rows, and goes on when it fits again.
 */
export function startWorker(services: Services): Work {
  const schema = createSchemaWatch(services)
  let work: Work | null = null
  let isStopping = false
  const look = async () => {
    const fits = await schema.fits()
    if (isStopping) return
    if (fits) {
      work ??= startWork(services)
      return
    }
    const outdated = work
    work = null
    await outdated?.stop()
  }
  const first = look().catch((error: unknown) => { services.log.warn({ err: error }, 'the database\'s migrations could not be looked at') })
  // Each process looks for itself: what fits one may not fit another.
  const watch = startTimer(services, { name: `schema:${randomUUID()}`, everyMs: SCHEMA_MS, run: look })
  return {
    async stop() {
      isStopping = true
      await Promise.all([first, watch.stop(), work?.stop()])
    },
  }
}

/**
 * Works the queue in this process, and keeps the clocks: forgotten operations, the panel's health and identity, the sweep, its own rules. Any number of
 * processes may run it on one database. Before the first job is taken, it is looked at whether this is still the same panel.
 */
function startWork(services: Services): Work {
  const { env, database, log } = services
  const taskList = {
    'operation.advance': async (payload: unknown) => advanceOperation(engineOf(services), OperationPayload.parse(payload).operationId),
    // In safe mode nothing that the panel says about a server is believed: it may speak of another one.
    'server.observe': async (payload: unknown) => { if (!await readSafeMode(services.db)) await observeServer(services, ServerPayload.parse(payload).serverId) },
    'escrow.probe': async (payload: unknown) => runProbe(services, ProbePayload.parse(payload)),
  } satisfies TaskList & Record<JobName, TaskList[string]>
  let isStopping = false
  const jobs = checkIdentity(services)
    .catch((error: unknown) => { log.warn({ err: error }, 'the panel\'s identity could not be looked at') })
    .then(() => (isStopping ? null : startJobs({ url: database.url, pool: database.pool, taskList, concurrency: env.WORKER_CONCURRENCY, pollInterval: POLL_MS, log })))
  const timers = [
    startTimer(services, { name: 'reconcile', everyMs: RECONCILE_MS, run: async () => { await reconcile(services) } }),
    startTimer(services, { name: 'watch', everyMs: WATCH_MS, run: async () => { await (await isWatchDue(services) ? watchPanel(services) : writePanelCalls(services)) } }),
    startTimer(services, { name: 'identity', everyMs: IDENTITY_MS, run: async () => { if (await isIdentityDue(services)) await checkIdentity(services) } }),
    startTimer(services, { name: 'sweep', everyMs: SWEEP_MS, run: async (signal) => { if (!await readSafeMode(services.db)) await sweep(services, signal) } }),
    startTimer(services, { name: 'invariants', everyMs: INVARIANTS_MS, run: createInvariantWatch(services).look }),
  ]
  return {
    async stop() {
      isStopping = true
      // At once: while a timer ends its turn, no job is taken any more.
      await Promise.all([...timers.map((timer) => timer.stop()), jobs.then((running) => running?.stop())])
      await writePanelCalls(services).catch((error: unknown) => { log.warn({ err: error }, 'the last calls were not counted') })
    },
  }
}
