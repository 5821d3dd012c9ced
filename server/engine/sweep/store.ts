import type { Services } from '../../context.ts'
import type { SweepStore } from './ports.ts'
import { findingPart } from './store-findings.ts'
import { orphanPart } from './store-orphans.ts'
import { serverPart } from './store-servers.ts'

/** The sweep's side of the database. */
export function openSweepStore(services: Services): SweepStore {
  return { ...serverPart(services), ...findingPart(services), ...orphanPart(services) }
}
