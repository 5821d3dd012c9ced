import { isDeepStrictEqual } from 'node:util'
import { MemoryDatabase } from '../simulation/memory-database.ts'
import { Chance } from '../simulation/random.ts'
import { describeDifference } from './differences.ts'
import { newPause, performOnSql } from './perform.ts'
import { RandomSteps, type Single, type Step } from './random-steps.ts'
import { readMemoryRows } from './rows-of-memory.ts'
import { toPlain, type Rows } from './rows-of-sql.ts'
import type { Scheduled, SqlDatabase } from './sql-database.ts'
import { answerOf, callMemory, type Answer } from './verbs.ts'

const START = Date.UTC(2026, 0, 5, 8)

/** All that can be seen of a step: what it answered, what it put in line, and the rows as they are then. */
interface Seen { answers: unknown[], scheduled: Scheduled[], rows: Rows }

/** The first difference between the stores, in words; null when there is none. */
export type Difference = string | null

/** One list of random steps on both stores. The same seed is the same list. */
export async function compareStores(sql: SqlDatabase, { seed, steps, personId }: { seed: number, steps: number, personId: string }): Promise<Difference> {
  let now = START
  const chance = new Chance(seed)
  const draw = new RandomSteps(chance, () => now)
  const log: Single[] = []
  const rebuild = (): MemoryDatabase => {
    now = START
    const database = new MemoryDatabase(() => now)
    database.personId = personId
    for (const single of log) {
      onMemory(database, single, (ms) => { now += ms })
      takeScheduled(database, now)
    }
    return database
  }
  let memory = rebuild()
  await sql.clear(START)

  const begin = draw.begin()
  for (let index = 0; index < begin.length + steps; index++) {
    const step = begin[index] ?? draw.next(memory)
    const before = now
    const seen = await onSql(sql, step, before)
    let first: Seen | null = null
    let hasMatched = false
    for (const [turn, order] of ordersOf(step).entries()) {
      const database = turn === 0 ? memory : rebuild()
      const answers = order.map((single) => onMemory(database, single, (ms) => { now += ms }))
      const expected: Seen = { answers: toPlain(turn === 0 ? answers : answers.toReversed()) as unknown[], scheduled: takeScheduled(database, now), rows: readMemoryRows(database) }
      first ??= expected
      if (!isDeepStrictEqual(expected, seen)) continue
      hasMatched = true
      memory = database
      log.push(...order)
      for (const [place, single] of order.entries()) if (single.type === 'call') draw.note(single.call, answers[place])
      break
    }
    if (!hasMatched) return `seed ${seed}, step ${index}: ${describe(step)}\n${describeDifference(seen, first)}\nbefore it:\n${log.slice(-12).map(describe).join('\n')}`
  }
  return null
}

/** The orders in which a step may take effect. */
function ordersOf(step: Step): Single[][] {
  const list = singles(step)
  return step.type === 'race' ? [list, list.toReversed()] : [list]
}

function singles(step: Step): Single[] {
  return step.type === 'race' ? step.calls.map((call) => ({ type: 'call', call })) : [step]
}

function onMemory(database: MemoryDatabase, step: Single, pass: (ms: number) => void): Answer {
  switch (step.type) {
    case 'time': return answerOf(() => { pass(step.ms) })
    case 'call': return callMemory(database, step.call)
    case 'server': return answerOf(() => { database.insertServer(structuredClone(step.server)) })
    case 'patch-server': return answerOf(() => { database.patchServer(step.id, step.patch) })
    case 'ask': return answerOf(() => { database.insertOperation(structuredClone(step.operation)) })
    case 'decide': return answerOf(() => { database.change(step.seen, step.resolution) })
    case 'safe-mode': return answerOf(() => { Object.assign(database, step.set) })
    case 'pause': return answerOf(() => { database.pause = step.isOn ? newPause(database.time()) : null })
    case 'safety': return answerOf(() => { database.safety = { harmPerHour: step.harmPerHour, harmPercentPerHour: 0 } })
    case 'confirm-harm': return answerOf(() => { database.confirmHarm(database.time()) })
    case 'call-off-harm': return answerOf(() => { database.callOffHarm(database.time()) })
    case 'forget-users': return answerOf(() => { database.forgetPanelUsers(step.proven) })
  }
}

/** What the last step has put in line, and nothing more: a queue is worked by others. */
function takeScheduled(database: MemoryDatabase, now: number): Scheduled[] {
  const jobs = [...database.jobs.values()].map(({ operationId, runAt }) => ({ id: operationId, at: runAt }))
  const looks = database.looks.map(({ serverId, at }) => ({ id: `observe:${serverId}:${at - now}`, at }))
  database.jobs.clear()
  database.looks.length = 0
  return sorted([...new Map([...jobs, ...looks].map((job) => [job.id, job])).values()])
}

const sorted = (jobs: Scheduled[]) => jobs.sort((a, b) => (a.id < b.id ? -1 : 1))

async function onSql(sql: SqlDatabase, step: Step, now: number): Promise<Seen> {
  const answers = await Promise.all(singles(step).map((single) => performOnSql(sql, single, now)))
  return { answers: toPlain(answers) as unknown[], scheduled: sorted(await sql.takeScheduled()), rows: await sql.rows() }
}

/** Rows by their id alone. */
function describe(step: Step): string {
  return JSON.stringify(step, (_key, value: unknown) => (isRow(value) ? `${value.id} ${value.state ?? value.lifecycle ?? ''} ${value.step ?? ''}` : typeof value === 'bigint' ? `${value}n` : value)).slice(0, 1_500)
}

function isRow(value: unknown): value is { id: string, state?: string, step?: string, lifecycle?: string } {
  return typeof value === 'object' && value !== null && 'createdAt' in value
}
