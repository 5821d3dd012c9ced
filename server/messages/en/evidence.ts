import type { OperationKind } from '#shared/lifecycle/operations.ts'
import type { Evidence } from '#shared/schemas/operations.ts'
import type { DiagnosisRecord } from '../../virtfusion/diagnosis/types.ts'
import { moment } from './moment.ts'
import { stepLabel } from './operation-events.ts'

/** What of a standstill can be laid side by side. `seen` is the panel's last answer about the server, `holder` who has the number already. */
export interface EvidenceFacts {
  kind: OperationKind
  step: string
  server: { name: string, virtfusionServerId: number | null, virtfusionUuid: string | null, virtfusionOwnerId: number | null, vanishedAt: Date | null }
  seen: { uuid: string | null, ownerId: number | null, name: string | null, state: string | null, suspended: boolean | null, buildFailed: boolean | null } | null
  holder: string | null
}

type Row = (params: DiagnosisRecord['params'], facts: EvidenceFacts) => Evidence[]

const UNKNOWN = 'Unknown'
const say = (value: unknown): string => (value === undefined || value === null || value === '' ? UNKNOWN : String(value))
const row = (label: string, expected: unknown, found: unknown): Evidence => ({ label, expected: say(expected), found: say(found) })
const yesNo = (value: boolean | null | undefined) => (value === null || value === undefined ? null : value ? 'Yes' : 'No')

const installation: Row = (_params, { seen }) => [
  row('State at the panel', 'complete', seen?.state),
  row('Build failed', 'No', yesNo(seen?.buildFailed)),
]

/** Per diagnosis, what was expected and what was found; a diagnosis without an entry says it all in its own words. */
const EVIDENCE: Record<string, Row> = {
  uuid_mismatch: (_params, { server, seen }) => [
    row('Identity (uuid)', server.virtfusionUuid, seen?.uuid),
    row('Name', server.name, seen?.name),
    row('Owner at the panel', server.virtfusionOwnerId, seen?.ownerId),
  ],
  owner_mismatch: ({ expected, actual }, { server, seen }) => [
    row('Owner at the panel', expected, actual),
    row('Identity (uuid)', server.virtfusionUuid, seen?.uuid),
  ],
  server_vanished: ({ virtfusionServerId }, { server }) => [
    row('At the panel', `Server ${say(virtfusionServerId)}`, 'No such server, answered twice'),
    ...(server.vanishedAt ? [row('Missing since', 'Never', moment(server.vanishedAt))] : []),
  ],
  install_stalled: installation,
  install_never_began: installation,
  rebuild_never_began: installation,
  install_unconfirmed: installation,
  poison: ({ claims }, { step }) => [
    row('Step', `${stepLabel(step)}, once`, `Begun ${say(claims)} times and never finished`),
  ],
  create_foreign_answer: ({ expected, actual, virtfusionServerId }) => [
    row('Owner at the panel', expected, actual),
    row('Server in the answer', 'A new server of the expected owner', `Number ${say(virtfusionServerId)}`),
  ],
  create_already_bound: ({ virtfusionServerId }, { holder }) => [
    row('Server in the answer', 'A number that Berth does not know', `Number ${say(virtfusionServerId)}${holder ? `, which is ${holder} already` : ''}`),
  ],
  panel_kept_server: (_params, { seen }) => [row('At the panel', 'No such server', seen ? `Still there, state ${say(seen.state)}` : null)],
  verify_limit: (_params, { kind, server, seen }) => {
    if (kind === 'suspend' || kind === 'unsuspend') return [row('Suspended at the panel', kind === 'suspend' ? 'Yes' : 'No', yesNo(seen?.suspended))]
    if (kind === 'rename') return [row('Name', server.name, seen?.name)]
    return kind === 'delete' ? [row('At the panel', 'No such server', seen ? `Still there, state ${say(seen.state)}` : null)] : []
  },
}

/** What was expected and what was found; empty for a diagnosis that has nothing to lay side by side. */
export function describeEvidence({ code, params }: DiagnosisRecord, facts: EvidenceFacts): Evidence[] {
  return EVIDENCE[code]?.(params, facts) ?? []
}
