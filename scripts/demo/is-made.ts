import type { Database } from '../../server/db/open-database.ts'

/** The settings row that says that the sample data was made. */
export const MARKER = 'demo'

/** An earlier start was stopped while it made the sample data. */
export class HalfMadeError extends Error {
  override readonly name = 'HalfMadeError'

  constructor(dataDir: string) {
    super(`An earlier start of the demo was stopped before its sample data was complete. Delete ${dataDir} and start again; it holds nothing else.`)
  }
}

/** Whether the sample data is there. @throws HalfMadeError where only a part is: its customers' addresses are taken, so a second try would end in the middle as well */
export async function isMade({ prisma }: Pick<Database, 'prisma'>, dataDir: string): Promise<boolean> {
  if (await prisma.setting.findUnique({ where: { group: MARKER } })) return true
  if (await prisma.plan.count() > 0) throw new HalfMadeError(dataDir)
  return false
}
