import type { VirtFusionServer } from '../../virtfusion/schemas/servers.ts'
import type { DiagnosisRecord } from '../../virtfusion/diagnosis/types.ts'
import type { PanelAnswer } from '../call-panel.ts'
import { classifyFailure } from '../classify-failure.ts'
import type { EscrowName } from '../create/escrow-name.ts'
import { concluded, quote } from '../diagnosis.ts'
import type { EnginePanel } from '../panel-port.ts'
import type { RemoteName } from '../ports.ts'
import type { Made } from './probe-state.ts'

/** What the checks work with: the panel, what was made so far, and the pen that writes it down. */
export interface Bench {
  panel: EnginePanel
  createServer(userId: number): Promise<PanelAnswer<VirtFusionServer>>
  nameUser(letter: string): EscrowName
  made: readonly Made[]
  /** Written and confirmed before anything leaves. */
  remember(made: Made): Promise<void>
  /** These are gone. */
  forget(gone: readonly Made[]): Promise<void>
  sleep(ms: number): Promise<void>
  /** Of these servers, the numbers of those that are ours: never touched. */
  findBound(remotes: readonly RemoteName[]): Promise<Set<number>>
  /** Nobody has left safe mode since this run began. */
  isSameEpoch(): Promise<boolean>
}

/** Why a premise does not hold. `isUnclear`: something else stood in the way, so nothing is known of it. */
export class PremiseError extends Error {
  override readonly name = 'PremiseError'
  readonly diagnosis: DiagnosisRecord
  readonly isUnclear: boolean

  constructor(diagnosis: DiagnosisRecord, { isUnclear = false } = {}) {
    super(diagnosis.code)
    this.diagnosis = diagnosis
    this.isUnclear = isUnclear
  }
}

/** The panel can't do it. */
export const broken = (code: string, params: DiagnosisRecord['params'] = {}) => new PremiseError(concluded(code, params))
/** Whether it can is not known. */
export const unclear = (code: string, params: DiagnosisRecord['params'] = {}) => new PremiseError(concluded(code, params), { isUnclear: true })

type Refused = Extract<PanelAnswer<unknown>, { ok: false }>

/** What an answer says that was none of those expected: a permission that is missing, else only why nothing is known. */
export function unexpected({ error, diagnosis }: Refused): PremiseError {
  if (classifyFailure(error) === 'forbidden') return broken('probe_right_missing', { operation: error.operation })
  return new PremiseError(diagnosis, { isUnclear: true })
}

/** What the panel said to a refusal, in its own words. */
export const saidBy = (answer: PanelAnswer<unknown>): string => (answer.ok ? '' : quote(answer.error.messages.join(' '), 200))

/** The value of an answer that has to be one. @throws PremiseError */
export function need<T>(answer: PanelAnswer<T>): T {
  if (answer.ok) return answer.value
  throw unexpected(answer)
}

/** Understood and declined, with certainty that nothing came of it: what a premise wants to see. */
export function isRefusal(answer: PanelAnswer<unknown>): boolean {
  if (answer.ok || answer.error.effect !== 'none' || answer.error.bodyForm !== 'json') return false
  const failure = classifyFailure(answer.error)
  return failure === 'refused' || failure === 'busy' || failure === 'absent'
}

export const isAbsent = (answer: PanelAnswer<unknown>): boolean => !answer.ok && classifyFailure(answer.error) === 'absent'

/** Looks until it is so, with pauses that grow to two seconds; false when it is not so by the limit. */
export async function until(bench: Pick<Bench, 'sleep'>, limitMs: number, look: () => Promise<boolean>): Promise<boolean> {
  for (let waited = 0, pause = 250; ; pause = Math.min(2_000, pause * 2)) {
    if (await look()) return true
    if (waited >= limitMs) return false
    await bench.sleep(pause)
    waited += pause
  }
}
