import type { BuildServerBody } from '../../../virtfusion/resources/servers.ts'
import { readCreateMemory, type CreateMemory } from '../../create/memory.ts'
import { decideChange } from '../../decide-change.ts'
import { decideInstall, installPause, mayBuildUnread, readBuildState, type BuildState } from '../../decide-install.ts'
import { concluded } from '../../diagnosis.ts'
import { paused } from '../../not-now.ts'
import { attention, fail, next, retry, wait, type Outcome } from '../../outcome.ts'
import { readBoundServer, vanished } from '../../read-bound-server.ts'
import type { Run, Step } from '../../run.ts'
import { afterFailedBuild, buildIsOver } from './after-failed-build.ts'
import { confirm } from './confirm.ts'
import { renameUnbuilt } from './rename-unbuilt.ts'

const STALLED_MS = 30 * 60_000

/**
 * Begins the installation, where a template was ordered. Reads first, and builds only a server that was never built: a build that may
 * have been sent already is looked for, never sent again. Where the token may not read, the panel's answer stands for a look for some minutes.
 */
export const install: Step = async (run) => {
  const { engine, operation, server } = run
  const memory = readCreateMemory(operation)
  const template = memory.order?.operatingSystemId ?? null
  if (template === null) return renameUnbuilt(run)

  const sent = await takeUpLostBuild(run, memory)
  if (sent === 'none' && server.customer.disabledAt) return endUninstalled(run)
  const read = await readBoundServer(run)
  if (read.type === 'ended') return read.outcome
  if (read.type === 'gone') return vanished(run, read.since)
  if (read.type === 'blind' && (sent !== 'none' || !memory.freshAt)) return attention(concluded('install_unconfirmed'))
  if (read.type === 'blind' && !mayBuildUnread(memory, run.now())) return attention(concluded('install_unread'))
  const state: BuildState = read.type === 'read' ? readBuildState(read.remote) : 'unbuilt'
  const wasBuilt = read.type === 'read' && read.remote.built !== null

  const now = run.now().getTime()
  const elapsedMs = memory.buildSentAt ? now - Date.parse(memory.buildSentAt) : 0
  const horizonMs = engine.settleMs
  const decision = decideInstall({ state, wasBuilt, sent, elapsedMs, horizonMs, mayReinstall: memory.mayReinstall, hasFailedBefore: memory.overBuild !== undefined })
  switch (decision) {
    case 'build': return sendBuild(run, template)
    case 'await': return next('await_install', { learnt: { installSince: new Date(now).toISOString() } })
    case 'complete': return next('confirm')
    case 'failed': return afterFailedBuild(run, { wasBuilt })
    case 'never-began': return attention(concluded('install_never_began'), { learnt: await buildIsOver(run) })
    case 'look-again': return lookAgain(run, memory, sent, elapsedMs)
  }
}

/** A system would come with a password, and a customer who was switched off gets none; so the row shows none. In one step: by the next he may have been switched on again. */
async function endUninstalled(run: Run): Promise<Outcome> {
  const outcome = await confirm(run)
  if (outcome.type !== 'done') return outcome
  return { ...outcome, event: { code: 'not_installed' }, writes: [...outcome.writes ?? [], { type: 'server', patch: { operatingSystemId: null, operatingSystemName: null } }] }
}

/** A build whose answer was never stored, because a turn ended in the middle of it, or before it could say so. One that the panel has called failed since is over. */
async function takeUpLostBuild({ engine, operation, isResumed }: Run, { buildState, overBuild }: CreateMemory): Promise<'none' | 'unknown' | 'accepted'> {
  if (buildState === 'accepted') return 'accepted'
  if (buildState !== undefined) return 'unknown'
  if (!isResumed) return 'none'
  const last = await engine.store.findLastAttempt(operation.id, 'servers.build')
  if (!last || last.id === overBuild || (last.isCompleted && last.effect === 'none')) return 'none'
  await engine.store.completeLostAttempts(operation.id, 'servers.build')
  return 'unknown'
}

async function sendBuild(run: Run, operatingSystemId: number): Promise<Outcome> {
  const { server, panel } = run
  if (server.virtfusionServerId === null) return attention(concluded('server_not_bound'))
  const buildSentAt = run.now().toISOString()
  const body: BuildServerBody = { operatingSystemId, name: server.name, ...(server.hostname ? { hostname: server.hostname } : {}), ipv6: true }
  const answer = await panel.build(server.virtfusionServerId, body)
  const diagnosis = answer.ok ? concluded('defect') : answer.diagnosis
  switch (decideChange(answer)) {
    case 'accepted': return next('await_install', {
      learnt: { buildState: 'accepted', buildSentAt, installSince: buildSentAt, mayReinstall: null },
      writes: [{ type: 'server', patch: { operatingSystemId } }],
    })
    case 'unknown': return wait(1_000, concluded('install_effect_unknown'), { learnt: { buildState: 'unknown', buildSentAt, mayReinstall: null } })
    case 'paused': return paused()
    case 'busy': return wait('backoff', concluded('server_busy'))
    case 'unavailable': return wait('backoff', diagnosis)
    case 'absent': return retry(diagnosis)
    case 'forbidden':
    case 'refused': return fail(diagnosis)
  }
}

function lookAgain({ now, operation }: Run, memory: CreateMemory, sent: 'none' | 'unknown' | 'accepted', elapsedMs: number): Outcome {
  const since = memory.installSince ? new Date(memory.installSince) : now()
  if (now().getTime() - since.getTime() > STALLED_MS) return attention(concluded('install_stalled', { minutes: STALLED_MS / 60_000 }), { learnt: { installSince: null } })
  const learnt = {
    installSince: since.toISOString(),
    ...(sent === 'unknown' ? { buildState: 'unknown', buildSentAt: memory.buildSentAt ?? (operation.startedAt ?? now()).toISOString() } : {}),
  }
  return wait(installPause(elapsedMs), sent === 'none' ? undefined : concluded('install_effect_unknown'), { learnt })
}
