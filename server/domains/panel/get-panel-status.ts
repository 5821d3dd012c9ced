import type { PanelStatus } from '#shared/schemas/panel.ts'
import type { Call } from '../../context.ts'
import { readDiagnosis } from '../../engine/diagnosis.ts'
import type { PanelHealth } from '../../generated/prisma/client.ts'
import { describeDiagnosis } from '../../messages/describe.ts'

/** The panel as last seen, without asking it. Customers learn whether it answers, not why not. */
export async function getPanelStatus(call: Call): Promise<PanelStatus> {
  const [client, health] = await Promise.all([call.panel.client(), call.db.panelHealth.findUnique({ where: { id: 'default' } })])
  const isAdmin = call.user.role === 'admin'
  if (!client) return { state: 'unconfigured', since: null, lastSuccessAt: health?.lastSuccessAt?.toISOString() ?? null, version: null, diagnosis: null }
  const state = judgePanel(health)
  const diagnosis = isAdmin && (state === 'unreachable' || state === 'paused') ? readDiagnosis(health?.diagnosis) : null
  return {
    state,
    since: (state === 'paused' ? health?.pausedAt : health?.changedAt)?.toISOString() ?? null,
    lastSuccessAt: health?.lastSuccessAt?.toISOString() ?? null,
    version: isAdmin ? health?.version ?? null : null,
    diagnosis: diagnosis && describeDiagnosis(diagnosis),
  }
}

function judgePanel(health: PanelHealth | null): 'reachable' | 'unreachable' | 'paused' | 'unknown' {
  if (health?.pausedAt) return 'paused'
  if (health?.isReachable === true) return 'reachable'
  return health?.isReachable === false ? 'unreachable' : 'unknown'
}
