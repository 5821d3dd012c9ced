import { setTimeout as sleep } from 'node:timers/promises'
import { uuidv7 } from 'uuidv7'
import type { Services } from '../context.ts'
import { notePanelAnswer } from './panel-health.ts'
import type { Engine, EngineClock, EngineRandom } from './ports.ts'
import { createPostgresStore } from './postgres/store.ts'

const clock: EngineClock = {
  monotonicMs: () => performance.now(),
  sleep: async (ms) => { await sleep(ms) },
  every(ms, run) {
    const timer = setInterval(run, ms)
    return () => clearInterval(timer)
  },
}

const random: EngineRandom = { next: () => Math.random(), uuid: () => uuidv7() }

const engines = new WeakMap<Services['db'], Engine>()

/** The engine of a process, on its real clock, its database and its panel. */
export function engineOf(services: Services): Engine {
  const known = engines.get(services.db)
  if (known) return known
  const engine: Engine = {
    clock,
    random,
    store: createPostgresStore(services),
    client: () => services.panel.client(),
    health: { note: (answer, operation, exchange) => notePanelAnswer(services, answer, operation, exchange) },
    log: services.log,
    settleMs: services.env.ENGINE_SETTLE_SECONDS * 1000,
    stopping: services.stopping,
  }
  engines.set(services.db, engine)
  return engine
}
