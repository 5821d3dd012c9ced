import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { describe, expect, inject, it } from 'vitest'
import { prepareQueue } from '../../../server/engine/queue.ts'

describe('prepareQueue', () => {
  it('lets processes that start together on an empty database all start', async () => {
    const base = inject('templateUrl')
    const name = `empty_${randomUUID().replaceAll('-', '')}`
    const admin = new pg.Client({ connectionString: base.replace(/\/template$/, '/postgres') })
    await admin.connect()
    await admin.query(`create database "${name}" template template0`)
    const pools = Array.from({ length: 12 }, () => new pg.Pool({ connectionString: base.replace(/\/template$/, `/${name}`), max: 2 }))
    // Connected beforehand, so that they come to the schema at the same moment.
    await Promise.all(pools.map((pool) => pool.query('select 1')))
    const endings = await Promise.allSettled(pools.map((pool) => prepareQueue(pool)))
    await Promise.all(pools.map((pool) => pool.end()))
    await admin.query(`drop database "${name}"`)
    await admin.end()
    expect(endings.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 'fulfilled'))
  })
})
