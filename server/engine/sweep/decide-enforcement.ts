import type { Operation } from '../../generated/prisma/client.ts'
import { SUSPENSION_ENFORCED } from '../run.ts'

/**
 * Whether Berth may have a server suspended again that is to be so, by the last operation about its suspension. One that it could not make
 * again is left to whoever was told: the same every quarter of an hour would help nobody. So is one that somebody has called off, and one from
 * before safe mode was left: in a database that was put back the customer may have paid since. Pure.
 */
export function mayEnforce(last: Pick<Operation, 'kind' | 'state' | 'cause' | 'createdAt'> | null, safeModeLeftAt: Date | null): boolean {
  if (last?.state === 'failed' && last.cause === SUSPENSION_ENFORCED) return false
  if (last?.state === 'cancelled' && last.kind === 'suspend') return false
  return safeModeLeftAt === null || (last !== null && last.createdAt >= safeModeLeftAt)
}
