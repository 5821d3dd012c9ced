import type { Operation as OperationAnswer } from '#shared/schemas/operations.ts'
import type { Operation } from '../../generated/prisma/client.ts'
import { describeDiagnosis } from '../../messages/describe.ts'
import { readDiagnosis } from '../../engine/diagnosis.ts'

/** An operation in the contract's form. `actorName` is null where Berth itself asked, or where the person is gone. */
export function serializeOperation(row: Operation, actorName: string | null): OperationAnswer {
  const diagnosis = readDiagnosis(row.diagnosis)
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    step: row.step,
    attempt: row.attempt,
    maxAttempts: row.maxAttempts,
    progress: row.progress,
    nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
    diagnosis: diagnosis && describeDiagnosis(diagnosis),
    serverId: row.serverId,
    actor: serializeActor(row, actorName),
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  }
}

/** Who asked: Berth itself, or a person by name, where there still is one. */
export function serializeActor({ actorKind, actorId }: Pick<Operation, 'actorKind' | 'actorId'>, actorName: string | null): OperationAnswer['actor'] {
  return { kind: actorKind, id: actorId, name: actorKind === 'system' ? 'Berth' : actorName ?? 'Somebody who is gone' }
}
