import type { Db } from '../../context.ts'
import type { Prisma, Server } from '../../generated/prisma/client.ts'
import { newReference } from './reference.ts'

const TRIES = 10

/**
 * Stores a server under a new reference; one that is taken is drawn again. "On conflict do nothing", because a failed insert would end the
 * transaction: what else than the reference may stand in the way, `checkRivals` asks after every refusal.
 */
export async function insertWithReference(tx: Db, describe: (reference: string) => Omit<Prisma.ServerCreateManyInput, 'reference'>, checkRivals?: () => Promise<void>): Promise<Server> {
  for (let round = 0; round < TRIES; round++) {
    const reference = newReference()
    const [server] = await tx.server.createManyAndReturn({ data: { ...describe(reference), reference }, skipDuplicates: true })
    if (server) return server
    await checkRivals?.()
  }
  throw new Error(`No free reference in ${TRIES} draws`)
}
