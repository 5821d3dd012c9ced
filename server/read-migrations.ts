import { useStorage } from 'nitropack/runtime'
import type { Migration } from './db/migrate.ts'

/** The migrations that were built into the server: `.output` runs without the repository. */
export async function readMigrations(): Promise<Migration[]> {
  const storage = useStorage('assets:migrations')
  const migrations: Migration[] = []
  for (const key of await storage.getKeys()) {
    const name = /^(\d{14}_[^:]+):migration\.sql$/.exec(key)?.[1]
    if (!name) continue
    const raw: unknown = await storage.getItemRaw(key)
    migrations.push({ name, sql: typeof raw === 'string' ? raw : Buffer.from(raw as Uint8Array).toString('utf8') })
  }
  return migrations
}
