import type { Services } from '../../context.ts'
import type { VirtFusionClient } from '../../virtfusion/client.ts'
import type { DiagnosisRecord } from '../../virtfusion/diagnosis/types.ts'
import { sendAttempt, type PanelAnswer, type PanelCall } from '../call-panel.ts'
import { callSilently } from '../call-silently.ts'
import { classifyFailure } from '../classify-failure.ts'
import { engineOf } from '../engine-of.ts'
import { readDatabaseMark } from './database-mark.ts'
import type { SeenIdentity, WitnessReading } from './decide-identity.ts'
import { namesOf, type Fingerprint } from './fingerprint.ts'
import { counterIn } from './witness-name.ts'

/** Work waits for this, and so does a person. */
const PATIENCE = { timeoutMs: 5_000, retries: 0 }

/** How the panel is asked. */
export type Ask = <T>(call: PanelCall<T>) => Promise<PanelAnswer<T>>

/** Asks the panel in force; what it answers counts for its health. */
export const askPanel = (services: Services): Ask => (call) => callSilently(services, call)

/** Asks a panel that is not in force, or not yet: its answers say nothing about the health of the one that is. */
export const askAside = (services: Services): Ask => async (call) =>
  (await sendAttempt({ engine: engineOf(services), requestId: null }, call)).answer

export interface IdentityReading {
  seen: SeenIdentity
  /** Why something could not be read; null when all could, or the token may not. */
  failure: DiagnosisRecord | null
}

/** Reads all that tells one panel from another, as far as the token allows, and the mark of our own database. Changes nothing. */
export async function readIdentity(services: Services, client: VirtFusionClient, ask: Ask, witnessRelation: string | null): Promise<IdentityReading> {
  const { packages, hypervisorGroups } = client
  const [witness, packageList, groupList, databaseMark] = await Promise.all([
    witnessRelation === null ? null : findWitness(client, ask, witnessRelation),
    ask({ describe: () => packages.list.request(), send: (via) => packages.list({ ...PATIENCE, ...via }) }),
    ask({ describe: () => hypervisorGroups.list.request({}), send: (via) => hypervisorGroups.listAll({ ...PATIENCE, ...via }) }),
    readDatabaseMark(services.db),
  ])
  const refused = [witness, packageList, groupList].flatMap((answer) => (answer !== null && !answer.ok && !isForbidden(answer) ? [answer] : []))
  // A user that is not there is an answer.
  const failed = refused.find((answer) => answer !== witness || classifyFailure(answer.error) !== 'absent')
  const fingerprint: Fingerprint = { groups: groupList.ok ? namesOf(groupList.value) : null, packages: packageList.ok ? namesOf(packageList.value) : null }
  return {
    failure: failed?.diagnosis ?? null,
    seen: {
      origin: client.origin,
      witness: witness && toWitness(witness),
      fingerprint: packageList.ok || groupList.ok
        ? { type: 'read', fingerprint }
        : { type: isForbidden(packageList) && isForbidden(groupList) ? 'forbidden' : 'unavailable' },
      databaseMark,
    },
  }
}

type UserAnswer = Awaited<ReturnType<typeof findWitness>>

/** Looks for the witness by its relation text, never by its e-mail address. */
export function findWitness({ users }: VirtFusionClient, ask: Ask, relation: string) {
  const options = { relStr: true }
  return ask({ describe: () => users.getByExtRelation.request(relation, options), send: (via) => users.getByExtRelation(relation, { ...options, ...PATIENCE, ...via }) })
}

export function toWitness(answer: UserAnswer): WitnessReading {
  if (answer.ok) return { type: 'found', userId: answer.value.id, counter: counterIn(answer.value.name), isAdmin: answer.value.admin === true }
  const failure = classifyFailure(answer.error)
  if (failure === 'absent') return { type: 'absent' }
  return { type: isForbidden(answer) ? 'forbidden' : 'unavailable' }
}

/** The token may not read it, or this version of the panel has nothing to read: asking again changes nothing. */
function isForbidden(answer: PanelAnswer<unknown>): boolean {
  if (answer.ok) return false
  const failure = classifyFailure(answer.error)
  return failure === 'forbidden' || failure === 'refused'
}
