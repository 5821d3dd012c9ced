import type { ReadinessChecks } from '#shared/schemas/health.ts'

/** What keeps people out, and what to do about it. Without a database nothing is known of the rest, so nothing is said of it. */
export function describeUnready({ database, migrations, queue }: ReadinessChecks, { isStopping, isOutdated }: { isStopping: boolean, isOutdated: boolean }): string {
  if (isStopping) return 'Berth is stopping. Send people to another process, or start it again.'
  if (!database) return 'The database does not answer. See that PostgreSQL runs and that DATABASE_URL leads to it; without DATABASE_URL, start Berth again.'
  if (isOutdated) return 'The database was migrated by a newer version of Berth than this process is, so it takes no work. Start it again with that version.'
  return [
    ...(migrations ? [] : ['Migrations are missing in the database, or one has not finished. Start Berth again, or run "npm run db:migrate" and read what it says.']),
    ...(queue ? [] : ['The tables of the queue are missing in the database. Start Berth again: it makes them when it starts.']),
  ].join(' ')
}
