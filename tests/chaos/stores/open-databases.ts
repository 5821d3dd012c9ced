import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { startEmbeddedPostgres } from '../../../server/db/embedded-postgres.ts'
import { migrate } from '../../integration/support/migrate.ts'

/** What nobody needs of a server that is thrown away: it keeps no log for others, and tells the process list nothing. */
const LEAN = { wal_level: 'minimal', max_wal_senders: 0, io_method: 'sync', update_process_title: 'off' }

/** A PostgreSQL in a folder that is removed afterwards, with so many migrated databases. They are spoken to over its socket, which costs both sides less than the network. */
export async function openDatabases(count: number): Promise<{ urls: string[], close(): Promise<void> }> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'berth-lives-'))
  const sockets = path.join(folder, 'data')
  const postgres = await startEmbeddedPostgres(folder, { database: 'template', isDurable: false, settings: { ...LEAN, unix_socket_directories: sockets } })
  await migrate(postgres.url)
  const client = new pg.Client({ connectionString: postgres.url.replace(/\/template$/, '/postgres') })
  await client.connect()
  const urls: string[] = []
  for (let number = 1; number <= count; number++) {
    await client.query(`create database lives_${number} template template`)
    urls.push(postgres.url.replace(/\/template$/, `/lives_${number}?host=${encodeURIComponent(sockets)}`))
  }
  await client.end()
  return {
    urls,
    async close() {
      await postgres.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
