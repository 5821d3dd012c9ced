import { flushCompileCache } from 'node:module'
import { openDatabase } from '../../../server/db/open-database.ts'
import { createPanel } from '../../../server/domains/settings/create-panel.ts'
import { engineOf } from '../../../server/engine/engine-of.ts'
import { startWorker } from '../../../server/engine/worker.ts'
import { readEnv } from '../../../server/env.ts'
import { startLiveEvents } from '../../../server/live-events.ts'
import { createLog } from '../../../server/log.ts'
import { createVault } from '../../../server/vault.ts'
import { watchCrossings } from './kill-at.ts'

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
const { HIT_AT: hitAt, HIT_WITH: hitWith = 'SIGKILL' } = process.env
if (hitAt !== undefined) {
  watchCrossings(engineOf(services), (index, point) => {
    process.stdout.write(`crossing ${point}\n`)
    if (index === Number(hitAt)) process.kill(process.pid, hitWith)
  })
}
const worker = startWorker(services)

process.on('unhandledRejection', (error) => log.error({ err: error }, 'unhandled rejection'))
process.on('SIGTERM', () => {
  stop.abort()
  void worker.stop().then(async () => {
    await events.stop()
    await panel.close()
    await database.close()
    process.exit(0)
  })
})
process.stdout.write('working\n')
