import type { Traffic } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import { callSilently } from '../../engine/call-silently.ts'
import { classifyFailure } from '../../engine/classify-failure.ts'
import { findMismatch } from '../../engine/find-mismatch.ts'
import { readSafeMode } from '../../engine/identity/read-safe-mode.ts'
import { conflict } from '../../errors.ts'
import type { VirtFusionClient } from '../../virtfusion/client.ts'
import type { VirtFusionTraffic } from '../../virtfusion/schemas/network.ts'
import type { VirtFusionServer } from '../../virtfusion/schemas/servers.ts'
import { safeModeProblem } from '../identity/safe-mode-problem.ts'
import { keepShortly } from '../panel/keep-shortly.ts'
import { loadServer } from './load-server.ts'
import type { LoadedServer } from './load-servers.ts'
import { goneProblem, mismatchProblem, noPanelProblem, unreadProblem, type FailedAnswer } from './traffic-problems.ts'

/** Whoever looks at the page has everything else already: a few seconds, then it is unknown. */
const OPTIONS = { timeoutMs: 4_000, retries: 0, lane: 'person' } as const
/** The counters are for a month: they need not be newer. */
const KEEP_MS = 2 * 60_000

type Reading =
  | { state: 'known', remote: Pick<VirtFusionServer, 'uuid' | 'ownerId'>, traffic: Traffic }
  | { state: 'unknown' | 'forbidden', failed: FailedAnswer }

/**
 * What a server has used of its traffic in the panel's current period. Read from the panel, kept for two minutes, and without a row in the log:
 * it belongs to no operation, and open pages ask for it again and again.
 * @throws AppError not_found, conflict with the reason, panel_refused, panel_unavailable
 */
export async function readTraffic(call: Call, serverId: string): Promise<Traffic> {
  const server = await loadServer(call, serverId)
  const remoteId = requireRemote(call, server)
  if (await readSafeMode(call.db)) throw safeModeProblem(call.user.role)
  const client = await call.panel.client()
  if (!client) throw noPanelProblem(call)
  const reading = await keepShortly(client, `traffic of ${remoteId}`, () => ask(call, client, remoteId), KEEP_MS)
  if (reading.state !== 'known') throw unreadProblem(call, reading.failed)
  const mismatch = findMismatch(server, reading.remote)
  if (mismatch) throw mismatchProblem(call, mismatch)
  return reading.traffic
}

function requireRemote(call: Call, { lifecycle, vanishedAt, virtfusionServerId }: LoadedServer): number {
  if (lifecycle === 'deleted') throw conflict('This server is deleted.', 'server_state_conflict')
  if (virtfusionServerId === null) throw conflict('This server does not exist at the panel yet.', 'no_remote_server')
  if (vanishedAt) throw goneProblem(call)
  return virtfusionServerId
}

/** The counters name no server: that they are this one's is read beside them. */
async function ask(call: Call, { servers, serverNetwork }: VirtFusionClient, remoteId: number): Promise<Reading> {
  const options = { ...OPTIONS, requestId: call.requestId }
  const [traffic, remote] = await Promise.all([
    callSilently(call, { describe: () => serverNetwork.getTraffic.request(remoteId), send: (via) => serverNetwork.getTraffic(remoteId, { ...via, ...options }) }),
    callSilently(call, { describe: () => servers.get.request(remoteId), send: (via) => servers.get(remoteId, { ...via, ...options }) }),
  ])
  if (!traffic.ok) return unread(traffic)
  if (!remote.ok) return unread(remote)
  const { uuid, ownerId } = remote.value
  return { state: 'known', remote: { uuid, ownerId }, traffic: toTraffic(traffic.value, call.now()) }
}

const unread = (failed: FailedAnswer): Reading => ({ state: classifyFailure(failed.error) === 'forbidden' ? 'forbidden' : 'unknown', failed })

function toTraffic({ monthly: [current] }: VirtFusionTraffic, readAt: Date): Traffic {
  const [received, sent] = [countOf(current?.rx), countOf(current?.tx)]
  // Traffic that was added for this period counts on top: the panel's limit does not hold it.
  const added = current?.blocks.reduce((sum, { traffic }) => sum + (traffic ?? 0), 0) ?? 0
  return {
    period: current?.start && current.end ? { from: current.start, to: current.end } : null,
    usedBytes: countOf(current?.total) ?? (received !== null && sent !== null ? received + sent : null),
    receivedBytes: received,
    sentBytes: sent,
    limitGb: current?.limit && current.limit > 0 ? current.limit + added : null,
    readAt: readAt.toISOString(),
  }
}

const countOf = (value: number | null | undefined) => (typeof value === 'number' && value >= 0 ? value : null)
