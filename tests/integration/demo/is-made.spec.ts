import { expect, it, onTestFinished } from 'vitest'
import { isMade } from '../../../scripts/demo/is-made.ts'
import { createTestServices } from '../support/services.ts'

it('tells sample data that is there from none, and names the folder to delete where an interrupted start has left a part of it', async () => {
  const { database, db, close } = await createTestServices()
  onTestFinished(close)
  expect(await isMade(database, '/data/demo')).toBe(false)
  await db.plan.create({ data: { name: 'Small', features: {} } })
  await expect(isMade(database, '/data/demo')).rejects.toThrow('Delete /data/demo and start again')
  await db.setting.create({ data: { group: 'demo', value: {} } })
  expect(await isMade(database, '/data/demo')).toBe(true)
})
