import { offsetDate } from '../core/dates.ts'
import { empty, notFound, ok, type Answer } from '../http/answers.ts'
import type { Call } from '../http/call.ts'
import type { Route } from '../http/router.ts'

const DAY = 86_400_000
const KEPT_BACKUPS = 7
const THREE_AT_NIGHT = 3 * 3_600_000

/** With a plan a backup is made every night from the first night on; the last seven are kept. */
function listBackups(call: Call): Answer {
  const server = call.server()
  if (server.backupPlanId === 0 || server.built === null) return ok([])

  const since = Math.max(server.backupPlanSince, server.built)
  const lastNight = Math.floor((call.now - THREE_AT_NIGHT) / DAY)
  const firstNight = Math.max(Math.ceil((since - THREE_AT_NIGHT) / DAY), lastNight - KEPT_BACKUPS + 1)
  const nights = Array.from({ length: Math.max(0, lastNight - firstNight + 1) }, (_, index) => firstNight + index)

  return ok(nights.map((night) => {
    const made = night * DAY + THREE_AT_NIGHT

    return {
      id: server.id * 100_000 + night,
      serverId: server.id,
      storage: { id: 5, name: 'Backup store', enabled: true },
      deleting: false,
      restoring: false,
      progress: false,
      complete: true,
      deleteAfter: null,
      created: offsetDate(made),
      updated: offsetDate(made + 60_000),
    }
  }))
}

function changeBackupPlan(call: Call): Answer {
  const server = call.server()
  const planId = call.id('planId', 'backup plan')
  if (planId > 2) throw notFound('backup plan')
  if (planId !== server.backupPlanId) server.backupPlanSince = call.now
  server.backupPlanId = planId
  call.effect('server.backup-plan-changed', { serverId: server.id, planId })

  return empty(201)
}

const ACCESS = ['inherit', 'disabled', 'scheduled', 'view_restore', 'full', 'manual'] as const

function changeBackupAccess(call: Call): Answer {
  const server = call.server()
  const fields = call.fields()
  const type = fields.choice('type', ACCESS)
  fields.done()
  server.backupAccess = type ?? server.backupAccess
  call.effect('server.backup-access-changed', { serverId: server.id })

  return empty(201)
}

export const backupRoutes: Route[] = [
  { method: 'GET', path: '/backups/server/{id}', handle: listBackups },
  { method: 'PUT', path: '/servers/{id}/backups/plan/{planId}', handle: changeBackupPlan },
  { method: 'PUT', path: '/servers/{id}/backupManager/access', since: '7.0', handle: changeBackupAccess },
]
