import type { Services } from '../context.ts'
import type { Operation } from '../generated/prisma/client.ts'
import { pauseScope } from './decide-panel-health.ts'
import { concluded, readDiagnosis } from './diagnosis.ts'
import { wait, type Outcome } from './outcome.ts'
import type { Subject } from './run.ts'

const LOOK_AGAIN_MS = 15_000
/** How often one operation may try whether the token works again. */
const PROBE_SECONDS = 30

/** While the panel refuses the token, work waits instead of failing; now and then one operation tries whether that has ended. */
export async function findPause({ db }: Pick<Services, 'db'>, operation: Operation, server: Pick<Subject, 'virtfusionServerId'>): Promise<Outcome | null> {
  const health = await db.panelHealth.findUnique({ where: { id: 'default' }, select: { pausedAt: true, diagnosis: true } })
  if (!health?.pausedAt) return null
  const concerns = pauseScope(readDiagnosis(health.diagnosis)) === 'everything' || (operation.kind === 'create' && server.virtfusionServerId === null)
  if (!concerns || await mayProbe(db)) return null
  return wait(LOOK_AGAIN_MS, concluded('panel_paused'))
}

async function mayProbe(db: Services['db']): Promise<boolean> {
  return await db.$executeRaw`
    update panel_health set last_failure_at = now(), updated_at = now()
    where id = 'default' and paused_at is not null and last_failure_at < now() - make_interval(secs => ${PROBE_SECONDS})` > 0
}
