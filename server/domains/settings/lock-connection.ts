import type { Db } from '../../context.ts'
import { conflict } from '../../errors.ts'
import { readGroup } from './registry.ts'

/** "conn" in ASCII. Not the row's own lock, for before anything was saved there is no row. */
const LOCK = 0x636f6e6e

/** Until the transaction ends, whoever saves the connection to the panel, and whoever decides about the panel behind it, go one after the other. */
export async function lockConnection(tx: Db): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(${LOCK}::bigint)`
}

/** Holds the connection as it is, when it still is the one of that version. @throws AppError conflict when somebody saved another one meanwhile */
export async function holdConnection(tx: Db, version: number): Promise<void> {
  await lockConnection(tx)
  if ((await readGroup(tx, 'virtfusion')).version !== version) throw connectionChanged()
}

export const connectionChanged = () => conflict('Somebody changed the connection to the panel a moment ago, so this is no longer the panel that you looked at. Look at it again, then decide.', 'connection_changed')
