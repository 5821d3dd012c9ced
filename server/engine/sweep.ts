import { setTimeout as sleep } from 'node:timers/promises'
import type { Services } from '../context.ts'
import { openSweepPanel } from './sweep/panel.ts'
import { runSweep } from './sweep/run-sweep.ts'
import { openSweepStore } from './sweep/store.ts'

interface SweepOptions {
  /** Tests don't wait. */
  pause?(ms: number): Promise<void>
}

/** One sweep over the panel as the settings have it; nothing while none is connected. @param signal ends it early, without an error */
export async function sweep(services: Services, signal: AbortSignal, { pause }: SweepOptions = {}): Promise<void> {
  const client = await services.panel.client()
  if (!client) return
  await runSweep({
    store: openSweepStore(services), panel: openSweepPanel(services, client, 'sweep'), now: services.now, signal,
    pause: pause ?? (async (ms) => { await sleep(ms, undefined, { signal }).catch((error: unknown) => { if (!signal.aborted) throw error }) }),
  })
}
