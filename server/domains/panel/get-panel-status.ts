import type { PanelStatus } from '#shared/schemas/panel.ts'
import type { Call } from '../../context.ts'
import { readDiagnosis } from '../../engine/diagnosis.ts'
import type { PanelHealth } from '../../generated/prisma/client.ts'
import { describeDiagnosis } from '../../messages/describe.ts'

/** The panel as last seen, without asking it. Customers learn whether it answers, not why not. */
export async function getPanelStatus(call: Call): Promise<PanelStatus> {
  const [client, health, identity] = await Promise.all([
    call.panel.client(),
    call.db.panelHealth.findUnique({ where: { id: 'default' } }),
    call.db.panelIdentity.findUnique({ where: { id: 'default' }, select: { safeModeSince: true, safeModeReason: true } }),
  ])
  const isAdmin = call.user.role === 'admin'
  const reason = isAdmin ? readDiagnosis(identity?.safeModeReason) : null
  const safeMode = identity?.safeModeSince ? { since: identity.safeModeSince.toISOString(), reason: reason && describeDiagnosis(reason) } : null
  if (!client) return { state: 'unconfigured', since: null, lastSuccessAt: health?.lastSuccessAt?.toISOString() ?? null, version: null, diagnosis: null, safeMode }
  const state = judgePanel(health)
  const diagnosis = isAdmin && (state === 'unreachable' || state === 'paused') ? readDiagnosis(health?.diagnosis) : null
  return {
    state,
    since: (state === 'paused' ? health?.pausedAt : health?.changedAt)?.toISOString() ?? null,
    lastSuccessAt: health?.lastSuccessAt?.toISOString() ?? null,
    version: isAdmin ? health?.version ?? null : null,
    diagnosis: diagnosis && describeDiagnosis(diagnosis),
    safeMode,
  }
}

function judgePanel(health: PanelHealth | null): 'reachable' | 'unreachable' | 'paused' | 'unknown' {
  if (health?.pausedAt) return 'paused'
  if (health?.isReachable === true) return 'reachable'
  return health?.isReachable === false ? 'unreachable' : 'unknown'
}
