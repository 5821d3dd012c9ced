import pg from 'pg'
import { expect, it, onTestFinished } from 'vitest'
import { cloneTemplate } from '../support/databases.ts'
import { createTestServices } from '../support/services.ts'

it('keeps one time for all that write and read it, whatever zone the database server is set to: a deletion would be due hours early', async () => {
  const url = await cloneTemplate()
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`alter database "${new URL(url).pathname.slice(1)}" set timezone to 'Asia/Tokyo'`)
  await client.end()
  const services = await createTestServices({ DATABASE_URL: url })
  onTestFinished(() => services.close())
  const at = new Date('2030-01-02T03:04:05.678Z')
  const { id } = await services.db.user.create({ data: { email: 'someone@example.com', name: 'Someone', role: 'customer', disabledAt: at } })
  const { rows } = await services.database.pool.query<{ at: Date, json: { disabled_at: string } }>('select disabled_at as at, row_to_json(u) as json from users u where id = $1', [id])
  expect(rows[0]?.at).toEqual(at)
  expect(new Date(rows[0]?.json.disabled_at ?? '')).toEqual(at)
  expect((await services.db.user.findUniqueOrThrow({ where: { id } })).disabledAt).toEqual(at)
})
