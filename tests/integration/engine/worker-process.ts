import { flushCompileCache } from 'node:module'
import { openDatabase } from '../../../server/db/open-database.ts'
import { createPanel } from '../../../server/domains/settings/create-panel.ts'
import { engineOf } from '../../../server/engine/engine-of.ts'
import type { Engine } from '../../../server/engine/ports.ts'
import { startWorker } from '../../../server/engine/worker.ts'
import { endProcess } from '../../../server/end-process.ts'
import { readEnv } from '../../../server/env.ts'
import { startLiveEvents } from '../../../server/live-events.ts'
import { createLog } from '../../../server/log.ts'
import { createVault } from '../../../server/vault.ts'
import { watchCrossings, type Place } from './kill-at.ts'

// A process that does nothing but work jobs, for tests that kill it. What it compiled is kept now: a killed one has no end at which to do it.
flushCompileCache()
const env = readEnv()
const log = createLog({ level: env.LOG_LEVEL, format: 'json' })
const vault = createVault(env.APP_SECRET ?? '')
const database = openDatabase(env.DATABASE_URL ?? '', { onError: (error) => log.warn({ err: error }, 'database connection lost') })
const events = startLiveEvents(database.url, log)
const panel = createPanel({ env, db: database.prisma, vault, log })
const stop = new AbortController()
const services = { env, database, db: database.prisma, log, vault, events, panel, now: () => new Date(), stopping: stop.signal }
const { HIT_AT: hitAt, HIT_WITH: hitWith } = process.env
if (hitAt !== undefined) hitAtPlaces(engineOf(services), JSON.parse(hitAt) as Record<string, Place>)
const worker = startWorker(services)

process.on('unhandledRejection', (error) => log.error({ err: error }, 'unhandled rejection'))
process.on('SIGTERM', () => {
  stop.abort()
  void endProcess({
    log,
    async inOrder() {
      await worker.stop()
      await events.stop()
      await panel.close()
      await database.close()
    },
    leave: () => Promise.resolve(),
  })
})
process.stdout.write('working\n')

/**
 * Each operation with a place of its own is held there: this process is killed once all of them stand. `HIT_WITH` is a signal that it sends
 * itself instead.
 */
function hitAtPlaces(engine: Engine, places: Record<string, Place>): void {
  const held = new Set<string>()
  watchCrossings(engine, ({ operationId, point, side, nth, endsOperation }) => {
    const place = places[operationId]
    if (place?.point === point && place.side === side && place.nth === nth) {
      process.stdout.write(`held ${operationId}\n`)
      if (hitWith) return void process.kill(process.pid, hitWith)
      held.add(operationId)
      return new Promise<void>(() => {})
    }
    if (endsOperation) process.stdout.write(`passed ${operationId}\n`)
  })
  const { claim } = engine.store
  // Whoever comes for it once more, because it is due again or looks forgotten, goes away: else one operation would take one worker after the other.
  engine.store.claim = (operationId) => (held.has(operationId) ? Promise.resolve({ type: 'over' }) : claim(operationId))
}
