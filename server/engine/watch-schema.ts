import { judgeSchema, readNewestMigration, type SchemaFit } from '../db/schema-version.ts'
import { notify } from '../domains/notifications/notify.ts'
import type { Services } from '../context.ts'

/** While a new version takes the place of an old one, both run for a moment: only what lasts longer is worth a message to people. */
const LOOKS_BEFORE_NOTICE = 12

const FIX: Record<Exclude<SchemaFit, 'fits'>, string> = {
  newer: 'the database was migrated by a newer version: this process takes no work, start it again with that version',
  older: 'the database lacks migrations: this process takes no work, start it again or run npm run db:migrate',
}

/** Looks whether this process still is the one that the database was migrated for; says once in the log, and to the admins when it lasts, that it is not. */
export function createSchemaWatch(services: Services): { fits(): Promise<boolean> } {
  const { database, db, log, newestMigration: built } = services
  let misses = 0
  return {
    async fits() {
      if (built === undefined) return true
      const found = await readNewestMigration(database.pool)
      const fit = judgeSchema(built, found)
      misses = fit === 'fits' ? 0 : misses + 1
      if (fit === 'fits') return true
      if (misses === 1) log.error({ built, found }, FIX[fit])
      if (misses === LOOKS_BEFORE_NOTICE) {
        const notice = { to: 'admins', level: 'error', code: 'schema_differs', params: { fit, built, found }, dedupeKey: `schema_differs:${built}:${found}` } as const
        await db.$transaction((tx) => notify(tx, services, notice))
      }
      return false
    },
  }
}
