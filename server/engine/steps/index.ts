import { SCHEDULED_STEP, type OperationKind } from '#shared/lifecycle/operations.ts'
import type { Operation } from '../../generated/prisma/client.ts'
import type { OfflineStep, Step, Steps, Subject } from '../run.ts'
import { awaitInstall } from './create/await-install.ts'
import { confirm } from './create/confirm.ts'
import { fence } from './create/fence.ts'
import { install } from './create/install.ts'
import { intend } from './create/intend.ts'
import { prepare } from './create/prepare.ts'
import { send } from './create/send.ts'
import { settle } from './create/settle.ts'
import { transfer } from './create/transfer.ts'
import { beginScheduled, deleteSteps, deleteUnbound } from './delete/steps.ts'
import { powerSteps } from './power/steps.ts'
import { rebuildSteps } from './rebuild/steps.ts'
import { renameSteps } from './rename/steps.ts'
import { resizeSteps } from './resize/steps.ts'
import { suspensionSteps } from './suspension/steps.ts'
import { transferSteps } from './transfer/steps.ts'

/** What the worker runs, by kind and step; the names are those of `OPERATION_STEPS`. */
export const STEPS: Record<OperationKind, Steps> = {
  create: { prepare, intend, send, settle, fence, transfer, install, await_install: awaitInstall, confirm },
  suspend: suspensionSteps,
  unsuspend: suspensionSteps,
  delete: deleteSteps,
  boot: powerSteps,
  shutdown: powerSteps,
  restart: powerSteps,
  poweroff: powerSteps,
  rebuild: rebuildSteps,
  rename: renameSteps,
  resize: resizeSteps,
  transfer: transferSteps,
}

export function findStep(kind: OperationKind, step: string): Step | null {
  return STEPS[kind][step] ?? null
}

/** Steps that Berth takes alone, whatever the panel does. */
export function findOfflineStep({ kind, step }: Pick<Operation, 'kind' | 'step'>, server: Pick<Subject, 'virtfusionServerId'>): OfflineStep | null {
  if (kind !== 'delete') return null
  if (step === SCHEDULED_STEP) return beginScheduled
  return server.virtfusionServerId === null ? deleteUnbound : null
}
