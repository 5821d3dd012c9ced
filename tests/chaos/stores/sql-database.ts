import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { CreateSettings, SafetySettings } from '#shared/schemas/engine-settings.ts'
import type { Call, Services } from '../../../server/context.ts'
import { openDatabase, type Database } from '../../../server/db/open-database.ts'
import { forgetPanelUsers } from '../../../server/domains/identity/detach.ts'
import { changeOperation } from '../../../server/domains/operations/change-operation.ts'
import { loadOperation } from '../../../server/domains/operations/load-operation.ts'
import { cancelAlarm } from '../../../server/domains/safety/cancel-alarm.ts'
import { overwriteGroup } from '../../../server/domains/settings/registry.ts'
import { HELD } from '../../../server/engine/harm/held-operations.ts'
import type { Resolution } from '../../../server/engine/create/resolution.ts'
import { chainEvents } from '../../../server/engine/event-chain.ts'
import { columnOf, onPool, type Execute } from '../../../server/engine/postgres/sql.ts'
import { createPostgresStore } from '../../../server/engine/postgres/store.ts'
import type { Store } from '../../../server/engine/ports.ts'
import type { Subject } from '../../../server/engine/run.ts'
import { jobFor } from '../../../server/engine/schedule-operation.ts'
import { readEnv } from '../../../server/env.ts'
import { Prisma, type Operation } from '../../../server/generated/prisma/client.ts'
import { createLog } from '../../../server/log.ts'
import { createVault } from '../../../server/vault.ts'
import type { AskedPatch } from '../simulation/memory-database.ts'
import { readSqlRows, type Rows } from './rows-of-sql.ts'
import { installVirtualTime, useVirtualDate } from './virtual-postgres.ts'

/** A row as an `insert`. */
function insertion(table: string, row: object): Prisma.Sql {
  const columns = Object.keys(row).map(columnOf).join(', ')
  return Prisma.sql`insert into ${Prisma.raw(`${table} (${columns})`)} values (${Prisma.join(Object.values(row))})`
}

/** A job that was put in line: an operation to be advanced, or a server to be looked at. */
export interface Scheduled { id: string, at: number }

const TABLES = [
  'operation_events', 'provisioning_logs', 'harm_events', 'harm_alarms', 'orphans', 'escrow_users', 'former_panel_users', 'notifications', 'audit_events', 'operations', 'servers', 'plans', 'users', 'settings', 'panel_identity', 'panel_health',
  'graphile_worker._private_jobs',
]

/** Empties all of them in one statement, which is planned once. */
const CLEAR = `with ${TABLES.map((table, index) => `cleared_${index} as (delete from ${table})`).join(', ')} select`

/**
 * The engine's store on a real PostgreSQL whose clock is set by hand, with what a test does to it besides: rows that orders leave, settings,
 * a person's decisions. All of it is the production's own code, as far as there is any.
 */
export class SqlDatabase {
  readonly store: Store
  private readonly database: Database
  private readonly services: Services
  private readonly execute: Execute
  private readonly call: Call
  /** Only for emptying the tables. */
  private readonly broom: pg.Client
  private readonly setClock: (at: number) => void
  private at = 0
  private readonly restoreDate: () => void

  private constructor(url: string, personId: string, broom: pg.Client, setClock: (at: number) => void) {
    this.broom = broom
    this.setClock = setClock
    const env = readEnv({ APP_SECRET: 'a secret that only the tests know, of enough length', DATABASE_URL: url, LOG_LEVEL: 'silent', NODE_ENV: 'test' })
    this.database = openDatabase(url, { onError: () => {} })
    this.database.pool.options.idleTimeoutMillis = 0 // a new connection plans everything anew
    this.execute = onPool(this.database.pool)
    this.services = {
      env, database: this.database, db: this.database.prisma, log: createLog({ level: 'silent', format: 'json' }), vault: createVault(env.APP_SECRET ?? ''),
      events: { publish: async () => {}, subscribe: () => () => {} }, panel: { client: async () => null, forget: () => {} },
      now: () => new Date(), stopping: new AbortController().signal,
    }
    this.call = { ...this.services, user: { id: personId, name: 'An admin', email: 'admin@example.com', role: 'admin', sessionId: randomUUID() }, requestId: randomUUID(), ipAddress: null }
    this.restoreDate = useVirtualDate(() => this.at)
    this.store = createPostgresStore(this.services)
  }

  /** On a migrated database that nobody else uses. From now on this process tells the database's time. */
  static async open(url: string, personId: string): Promise<SqlDatabase> {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    const setClock = await installVirtualTime(client)
    // Emptying goes without the triggers and foreign keys, for some rows are kept by them for good; so it has a connection of its own.
    await client.query('set session_replication_role = replica')
    // Plans of prepared statements are made once and then kept, whatever their parameters are.
    const { rows } = await client.query<{ name: string }>('select current_database() as name')
    await client.query(`alter database "${rows[0]?.name ?? ''}" set plan_cache_mode = force_generic_plan`)
    return new SqlDatabase(url, personId, client, setClock)
  }

  async close(): Promise<void> {
    this.restoreDate()
    await this.broom.end()
    await this.database.close()
  }

  /** Empties all tables. */
  async clear(at: number): Promise<void> {
    await this.broom.query({ name: 'clear', text: CLEAR })
    this.setTime(at)
    const { user: { id, name, email, role } } = this.call
    await this.execute(insertion('users', { id, name, email, role, virtfusionExtRelationId: 1_000, updatedAt: new Date(at) }))
  }

  setTime(at: number): void {
    this.at = at
    this.setClock(at)
  }

  /** In one statement each, for lives ask often: through Prisma an order would cost as much as all that the engine does about it. */
  async insertServer({ customer, ...row }: Subject): Promise<void> {
    const now = new Date()
    await this.execute(Prisma.sql`
      with customer as (${insertion('users', { ...customer, role: 'customer', updatedAt: now })} on conflict do nothing),
      plan as (${insertion('plans', { id: row.planId, name: row.planId, features: {}, updatedAt: now })})
      ${insertion('servers', row)}`)
  }

  async patchServer(id: string, patch: AskedPatch): Promise<void> {
    await this.database.prisma.server.update({ where: { id }, data: patch })
  }

  /** As asking for it does: the row, the first line of its timeline, its job. */
  async insertOperation(operation: Operation): Promise<void> {
    const { id: operationId, state, step } = operation
    const [event] = chainEvents(null, [{ operationId, state, step, code: step === 'scheduled' ? 'scheduled' : 'asked', params: {}, actorId: null }])
    await this.execute(Prisma.sql`
      with asked as (${insertion('operations', { ...operation, eventHash: event?.hash })}), noted as (${insertion('operation_events', { id: randomUUID(), ...event })})
      select ${jobFor(operationId, operation.nextAttemptAt)}`)
  }

  /** A person's decision over the row as it was seen. */
  async change(seen: Operation, resolution: Resolution): Promise<void> {
    await changeOperation(this.call, { ...await loadOperation(this.database.prisma, seen.id), version: seen.version, state: seen.state }, { ...resolution, audit: { action: 'operation.resolved' } })
  }

  async setSafeMode(times: { safeModeSince?: number | null, safeModeLeftAt?: number | null }): Promise<void> {
    const set = Object.fromEntries(Object.entries(times).map(([name, time]) => [name, time === null ? null : new Date(time)]))
    await this.database.prisma.panelIdentity.upsert({ where: { id: 'default' }, create: { id: 'default', origin: 'https://panel.example', ...set }, update: set, select: { id: true } })
  }

  async setPause(pause: { at: number, lastFailureAt: number, diagnosis: Operation['diagnosis'] } | null): Promise<void> {
    const row = { id: 'default', pausedAt: pause && new Date(pause.at), lastFailureAt: pause && new Date(pause.lastFailureAt), diagnosis: pause && pause.diagnosis, updatedAt: new Date() }
    await this.execute(Prisma.sql`${insertion('panel_health', row)} on conflict (id) do update set
      paused_at = excluded.paused_at, diagnosis = excluded.diagnosis, last_failure_at = coalesce(excluded.last_failure_at, panel_health.last_failure_at)`)
  }

  async setCreateSettings(value: CreateSettings): Promise<void> {
    await overwriteGroup(this.database.prisma, 'create', value, null)
  }

  async setSafety(value: Pick<SafetySettings, 'harmPerHour' | 'harmPercentPerHour'>): Promise<void> {
    await overwriteGroup(this.database.prisma, 'safety', { suspensionPolicy: 'report', ...value }, null)
  }

  /** An admin confirms what the breaker holds. */
  async confirmHarm(): Promise<void> {
    const { prisma } = this.database
    await prisma.operation.updateMany({ where: HELD, data: { harmHeldAt: null, harmApprovedAt: new Date() } })
    await prisma.harmAlarm.updateMany({ where: { decidedAt: null }, data: { decidedAt: new Date(), decision: 'confirmed' } })
  }

  /** Or calls all of it off. */
  async callOffHarm(): Promise<void> {
    const { prisma } = this.database
    const alarm = await prisma.harmAlarm.findFirst({ where: { decidedAt: null }, select: { id: true } })
    if (!alarm) return
    const held = await prisma.operation.findMany({ where: HELD, select: { id: true } })
    await cancelAlarm(this.call, alarm.id, { operationIds: held.map(({ id }) => id), reason: 'Not wanted' })
  }

  async forgetPanelUsers(proven: readonly number[]): Promise<void> {
    await forgetPanelUsers(this.database.prisma, proven)
  }

  /** What was put in line since the last time. */
  async takeScheduled(): Promise<Scheduled[]> {
    const rows = await this.execute(Prisma.sql`delete from graphile_worker._private_jobs returning key, run_at as at`)
    return rows.map(({ key, at }) => ({ id: String(key).replace(/^operation:/, ''), at: (at as Date).getTime() }))
  }

  rows(): Promise<Rows> {
    return readSqlRows(this.database.pool)
  }
}
