import { createRouter, type Route, type Router } from '../http/router.ts'
import { backupRoutes } from './backups.ts'
import { catalogueRoutes } from './catalogue.ts'
import { connectRoutes } from './connect.ts'
import { hypervisorRoutes } from './hypervisors.ts'
import { ipBlockRoutes } from './ip-blocks.ts'
import { packageRoutes } from './packages.ts'
import { queueRoutes } from './queue.ts'
import { resourcePackRoutes } from './resource-packs.ts'
import { selfServiceRoutes } from './self-service.ts'
import { serverAccessRoutes } from './servers-access.ts'
import { serverBuildRoutes } from './servers-build.ts'
import { serverCreateRoutes } from './servers-create.ts'
import { serverLifecycleRoutes } from './servers-lifecycle.ts'
import { serverModifyRoutes } from './servers-modify.ts'
import { serverNetworkRoutes } from './servers-network.ts'
import { serverPowerRoutes } from './servers-power.ts'
import { serverReadRoutes } from './servers-read.ts'
import { serverTrafficRoutes } from './servers-traffic.ts'
import { signInRoutes } from './sign-in.ts'
import { sshKeyRoutes } from './ssh-keys.ts'
import { templateRoutes } from './templates.ts'
import { userRoutes } from './users.ts'

const apiRoutes: Route[] = [
  ...backupRoutes,
  ...catalogueRoutes,
  ...connectRoutes,
  ...hypervisorRoutes,
  ...ipBlockRoutes,
  ...packageRoutes,
  ...queueRoutes,
  ...resourcePackRoutes,
  ...selfServiceRoutes,
  ...serverAccessRoutes,
  ...serverBuildRoutes,
  ...serverCreateRoutes,
  ...serverLifecycleRoutes,
  ...serverModifyRoutes,
  ...serverNetworkRoutes,
  ...serverPowerRoutes,
  ...serverReadRoutes,
  ...serverTrafficRoutes,
  ...signInRoutes,
  ...sshKeyRoutes,
  ...templateRoutes,
  ...userRoutes,
]

/** Every operation of the API, a file per resource. */
export const apiRouter: Router = createRouter(apiRoutes)

/** Their names, as tokens are given permissions for them: `POST /servers`. */
export const allOperations: string[] = apiRoutes.map(({ method, path }) => `${method} ${path}`)
