import { z } from 'zod'
import type { Db } from '../../context.ts'
import { readChangeMemory } from '../../engine/change-memory.ts'
import { readFacts, type LoadedOperation } from './load-operation.ts'

const InputSchema = z.object({ name: z.string() })

/** A name is ours as soon as it is asked for. Where it never left for the panel the former one is ours again, or our row would keep a name that the panel never heard of. */
export async function takeNameBack(tx: Db, operation: LoadedOperation): Promise<void> {
  const { nameBefore } = readChangeMemory(operation)
  if (operation.kind !== 'rename' || nameBefore === undefined || (await readFacts(tx, operation)).hasActed) return
  const { name } = InputSchema.parse(operation.input)
  // Unless somebody has taken the panel's name over meanwhile.
  await tx.server.updateMany({ where: { id: operation.serverId, name }, data: { name: nameBefore, version: { increment: 1 } } })
}
