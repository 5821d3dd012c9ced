import type { Route } from '../http/router.ts'
import { connectRoutes } from './connect.ts'
import { hypervisorRoutes } from './hypervisors.ts'
import { packageRoutes } from './packages.ts'
import { queueRoutes } from './queue.ts'
import { serverBuildRoutes } from './servers-build.ts'
import { serverCreateRoutes } from './servers-create.ts'
import { serverLifecycleRoutes } from './servers-lifecycle.ts'
import { serverPowerRoutes } from './servers-power.ts'
import { serverReadRoutes } from './servers-read.ts'
import { signInRoutes } from './sign-in.ts'
import { templateRoutes } from './templates.ts'
import { userRoutes } from './users.ts'

/** Every operation of the API, a file per resource. */
export const apiRoutes: Route[] = [
  ...connectRoutes,
  ...hypervisorRoutes,
  ...packageRoutes,
  ...queueRoutes,
  ...serverBuildRoutes,
  ...serverCreateRoutes,
  ...serverLifecycleRoutes,
  ...serverPowerRoutes,
  ...serverReadRoutes,
  ...signInRoutes,
  ...templateRoutes,
  ...userRoutes,
]
