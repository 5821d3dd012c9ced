import { DATED_STEPS, OPERATION_STEPS } from '#shared/lifecycle/operations.ts'
import type { OperationStep } from '#shared/schemas/operations.ts'
import { readCreateMemory } from '../../engine/create/memory.ts'
import type { Operation } from '../../generated/prisma/client.ts'

type Stepping = Pick<Operation, 'kind' | 'state' | 'step' | 'memory'>

/** How the steps are told to whoever reads them. */
interface Telling {
  /** Steps that the operation has been at, as far as the reader is told. */
  visited: ReadonlySet<string>
  /** What the reader knows a step as; steps of one name are one to them. */
  nameOf(step: string): string
  labelOf(name: string): string
}

/** The steps that this operation takes, without those that only some of its kind need. */
export function listSteps(operation: Stepping, { visited, nameOf, labelOf }: Telling): OperationStep[] {
  const optional = optionalSteps(operation)
  const taken = OPERATION_STEPS[operation.kind].filter((step) => !optional.has(step) || visited.has(step) || operation.step === step)
  const names = [...new Set(taken.map(nameOf))]
  const at = names.indexOf(nameOf(operation.step))
  return names.map((name, index) => ({ name, label: labelOf(name), status: statusOf(operation, index, at) }))
}

function optionalSteps(operation: Stepping): ReadonlySet<string> {
  const optional = new Set([...DATED_STEPS, 'settle', 'fence'])
  if (operation.kind === 'create') {
    const { order } = readCreateMemory(operation)
    if (order?.operatingSystemId === null) optional.add('install').add('await_install')
    if (order?.mode !== 'escrow') optional.add('transfer')
  }
  return optional
}

function statusOf({ state }: Stepping, index: number, at: number): OperationStep['status'] {
  if (state === 'succeeded' || index < at) return 'done'
  if (index > at || state === 'cancelled') return 'pending'
  return state === 'failed' || state === 'needs_attention' ? 'failed' : 'current'
}
