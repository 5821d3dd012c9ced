import { randomUUID } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SqlDatabase } from '../../chaos/stores/sql-database.ts'
import { compareStores } from '../../chaos/stores/twins.ts'
import { cloneTemplate } from '../support/databases.ts'

/** LISTS=1000 FROM=1: more of them, by hand. */
const LISTS = Number(process.env.LISTS ?? 10)
const FROM = Number(process.env.FROM ?? 1)
const STEPS = 60

describe('the store on PostgreSQL and the one in memory', () => {
  it('answer alike, put the same in line and hold the same rows, whatever is done to them in whatever order', { timeout: 3_600_000 }, async () => {
    const personId = randomUUID()
    const sql = await SqlDatabase.open(await cloneTemplate(), personId)
    onTestFinished(() => sql.close())
    for (let seed = FROM; seed < FROM + LISTS; seed++) expect(await compareStores(sql, { seed, steps: STEPS, personId })).toBeNull()
  })
})
