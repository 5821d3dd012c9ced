import type { Engine, Lease } from './ports.ts'

/** How long a worker may be silent before another takes its operation over. */
export const LEASE_SECONDS = 6
const BEAT_MS = 2_000

/** Renews the lease while a step works, however long the panel takes. Returns the way to stop. */
export function keepLease({ clock, store, log }: Pick<Engine, 'clock' | 'store' | 'log'>, lease: Lease): () => void {
  return clock.every(BEAT_MS, () => {
    store.renew(lease).catch((error: unknown) => log.warn({ err: error, operationId: lease.operationId }, 'lease not renewed'))
  })
}
