import type { MassVanish } from './ports.ts'

const SMALLEST = 3
const SHARE = 0.02

/** How many servers may be missing at once before it says more about the panel than about them. */
export const vanishLimit = (fleet: number) => Math.max(SMALLEST, Math.floor(fleet * SHARE))

/**
 * Whether so many rows at once have no server at the panel that the panel itself is in doubt: another one, a restored one, or a token
 * that sees less. `missing` answered that they do not exist, `exchanged` show somebody else's server. Pure.
 */
export function decideMassVanish({ missing, exchanged, fleet }: { missing: number, exchanged: number, fleet: number }): MassVanish | null {
  const allowed = vanishLimit(fleet)
  return missing + exchanged > allowed ? { missing, exchanged, allowed, fleet } : null
}
