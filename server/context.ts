import type { Role } from '#shared/schemas/common.ts'
import type { LiveEvent } from '#shared/schemas/events.ts'
import type { Database } from './db/open-database.ts'
import type { Env } from './env.ts'
import type { Prisma, PrismaClient } from './generated/prisma/client.ts'
import type { Log } from './log.ts'
import type { VirtFusionClient } from './virtfusion/client.ts'

/** Prisma inside or outside of a transaction. */
export type Db = PrismaClient | Prisma.TransactionClient

/** Seals secrets for the database and opens them again (AES-256-GCM; `where` binds the value to its place, e.g. `settings.virtfusion.token`). */
export interface Vault {
  seal(plain: string, where: string): string
  open(sealed: string, where: string): string
}

/** Who is told of a change: every admin, and the customer whose thing it is. */
export interface Audience { admins: boolean, userId?: string | null }

/** Hints to open tabs, in every process. Sent when the transaction that `db` belongs to commits. */
export interface Events {
  publish(db: Db, event: LiveEvent, audience: Audience): Promise<void>
  /** Calls `listener` for each event from any process. Returns the way to stop listening. */
  subscribe(listener: (event: LiveEvent, audience: Audience) => void): () => void
}

/** The connection to the panel as the settings have it now. Rebuilt when they change. */
export interface Panel {
  /** Null while no address or token is set. The client is kept and shared: don't close it. */
  client(): Promise<VirtFusionClient | null>
  /** Forgets the kept client, after the settings were saved. Other processes learn it through the settings' version. */
  forget(): void
}

/** What a process of Berth holds while it runs. Passed to every domain function; tests make their own. */
export interface Services {
  env: Env
  database: Database
  /** The same as `database.prisma`. */
  db: PrismaClient
  log: Log
  vault: Vault
  events: Events
  panel: Panel
  /** The time, so that tests can set it. */
  now(): Date
  /** The newest migration that this process is built with: on a database that has another one it takes no work. Absent where nothing is known of it. */
  newestMigration?: string | undefined
  /** Aborted when the process is asked to stop: open streams end, long jobs hand over. */
  stopping: AbortSignal
}

/** The person behind a call. */
export interface CurrentUser { id: string, name: string, email: string, role: Role, sessionId: string }

/** One call from outside: the services, and who asks from where. Domain verbs take it first. */
export interface Call extends Services {
  user: CurrentUser
  requestId: string
  ipAddress: string | null
}

/** A call before anybody is signed in. */
export interface AnonymousCall extends Services {
  user: CurrentUser | null
  requestId: string
  ipAddress: string | null
}
