import type { Answer } from '../http/answers.ts'
import type { Call } from '../http/call.ts'
import type { Route } from '../http/router.ts'
import { versionNumber } from '../core/settings.ts'

function connect({ settings }: Call): Answer {
  const version = versionNumber(settings)
  switch (settings.connectVariant) {
    case 'array': return { status: 200, body: [] }
    case 'empty': return { status: 200 }
    case 'version': return { status: 200, body: { version } }
    case 'data-version': return { status: 200, body: { data: { version } } }
  }
}

/** The field names below `data` are not published; only the version and the checks' names are. */
function status({ settings }: Call): Answer {
  const { healthy } = settings

  return {
    status: healthy ? 200 : 503,
    body: {
      data: {
        healthy,
        version: versionNumber(settings),
        database: true,
        cache: true,
        scheduledTasks: healthy,
        cron: healthy,
        hypervisorAlerts: 0,
      },
    },
  }
}

export const connectRoutes: Route[] = [
  { method: 'GET', path: '/connect', handle: connect },
  { method: 'GET', path: '/status', since: '7.1', handle: status },
]
