import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '../../../server/db/embedded-postgres.ts'
import { migrate } from './migrate.ts'

declare module 'vitest' {
  export interface ProvidedContext { templateUrl: string }
}

/** One real PostgreSQL a run with a migrated template; each test file clones its own database from it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'berth-test-'))
  const postgres = await startEmbeddedPostgres(dir, { database: 'template', isDurable: false, settings: { max_connections: 200 } })
  await migrate(postgres.url)
  project.provide('templateUrl', postgres.url)
  return async () => {
    await postgres.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}
