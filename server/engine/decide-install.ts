import type { VirtFusionServer } from '../virtfusion/schemas/servers.ts'

export type BuildFacts = Pick<VirtFusionServer, 'commissionStatus' | 'state' | 'built' | 'buildFailed' | 'tasks'>

/** Where a server stands with its operating system. */
export type BuildState = 'unbuilt' | 'building' | 'complete' | 'failed' | 'unclear'

/** Reads the build state off the fields that panels fill in different ways. Pure. */
export function readBuildState({ commissionStatus, state, built, buildFailed, tasks }: BuildFacts): BuildState {
  const isBusy = tasks?.active === true
  const hasFailed = state === 'failed' || buildFailed === true
  if (hasFailed && !isBusy) return 'failed'
  if (state === 'queued' || commissionStatus === 1 || commissionStatus === 2) return 'building'
  if (commissionStatus === 0) return isBusy ? 'building' : built === null ? 'unbuilt' : 'unclear'
  if (commissionStatus !== null && commissionStatus >= 3 && state === 'complete') return 'complete'
  return 'unclear'
}

export type InstallDecision = 'build' | 'await' | 'complete' | 'failed' | 'look-again' | 'never-began'

interface InstallFacts {
  state: BuildState
  /** The server was built at some time: a build would erase what is on it. */
  wasBuilt: boolean
  /** `none`: no build was sent; `unknown`: one may have been; `accepted`: the panel took it. */
  sent: 'none' | 'unknown' | 'accepted'
  /** Since the build was sent. */
  elapsedMs: number
  horizonMs: number
  /** A failed installation is to be tried again: a person asked for it, or it failed for the first time. */
  mayReinstall: boolean
  /** An earlier build of this order has failed, and the panel may still show that one. */
  hasFailedBefore: boolean
}

/**
 * What to do next to get a new server installed. A build is sent only to a server that was never built and to which none may have
 * been sent; everything else is looked at. Pure.
 */
export function decideInstall({ state, wasBuilt, sent, elapsedMs, horizonMs, mayReinstall, hasFailedBefore }: InstallFacts): InstallDecision {
  if (state === 'complete') return 'complete'
  if (state === 'building') return 'await'
  if (state === 'failed' && sent === 'none') return mayReinstall && !wasBuilt ? 'build' : 'failed'
  if (state === 'failed' && !hasFailedBefore) return 'failed'
  if (sent === 'none') return state === 'unbuilt' ? 'build' : 'look-again'
  return elapsedMs < horizonMs ? 'look-again' : 'never-began'
}

/** For so long the panel's word that a server is new, or a person's who had it tried again, stands where the token may not read it. */
const WORD_HOLDS_MS = 5 * 60_000

/**
 * Whether a server that can't be read may be built: it was new and unbuilt a moment ago, or a person has said so just now. Later somebody may
 * have installed it by hand, and a build would erase that. Pure.
 */
export function mayBuildUnread({ freshAt, retriedAt }: { freshAt?: string | null | undefined, retriedAt?: string | null | undefined }, now: Date): boolean {
  return [freshAt, retriedAt].some((at) => typeof at === 'string' && Math.abs(now.getTime() - Date.parse(at)) <= WORD_HOLDS_MS)
}

/** Pause between two looks at an installation, in ms: often in the first minute, when most of them end. */
export function installPause(elapsedMs: number): number {
  if (elapsedMs < 60_000) return 2_000
  return elapsedMs < 5 * 60_000 ? 5_000 : 15_000
}
