import type { Engine, Lease } from './ports.ts'

/**
 * How long a worker may be silent before another takes its operation over. Longer than the fence of a call (`FENCE_MS`), and begun anew by
 * each attempt that is written down: so nobody takes an operation over while a call that changes the panel may still leave.
 */
export const LEASE_SECONDS = 6
const BEAT_MS = 2_000

/** Renews the lease while a step works, however long the panel takes. Returns the way to stop. */
export function keepLease({ clock, store, log }: Pick<Engine, 'clock' | 'store' | 'log'>, lease: Lease): () => void {
  return clock.every(BEAT_MS, () => {
    store.renew(lease).catch((error: unknown) => log.warn({ err: error, operationId: lease.operationId }, 'lease not renewed'))
  })
}
