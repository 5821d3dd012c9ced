import { zuluDate } from '../core/dates.ts'
import type { Package } from '../core/state.ts'
import { ok } from '../http/answers.ts'
import type { Route } from '../http/router.ts'

const packageShape = (row: Package) => ({
  id: row.id,
  name: row.name,
  description: row.description,
  enabled: row.enabled,
  memory: row.memory,
  primaryStorage: row.storage,
  traffic: row.traffic,
  cpuCores: row.cores,
  primaryNetworkSpeedIn: row.speedIn,
  primaryNetworkSpeedOut: row.speedOut,
  primaryDiskType: 'inherit',
  backupPlanId: row.backupPlanId,
  primaryStorageReadBytesSec: null,
  primaryStorageWriteBytesSec: null,
  primaryStorageReadIopsSec: null,
  primaryStorageWriteIopsSec: null,
  primaryStorageProfile: 0,
  primaryNetworkProfile: 0,
  created: zuluDate(row.created),
})

export const packageRoutes: Route[] = [
  { method: 'GET', path: '/packages', handle: ({ state }) => ok([...state.packages.values()].map(packageShape)) },
  { method: 'GET', path: '/packages/{id}', handle: call => ok(packageShape(call.find(call.state.packages, 'id', 'package'))) },
]
