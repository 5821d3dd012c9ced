import { expect, it } from 'vitest'
import { fillPanel } from '../../support/fleet.ts'
import { openStage } from './support.ts'

/** As the published example of a server has it. */
const PICTURE = 11_528

it('orders for an owner whose servers fill more than 5 MB: each row of the unpaged list carries a picture of its screen', async () => {
  const stage = await openStage()
  fillPanel(stage.simulator.control, 450)
  await fetch(`${stage.simulator.url}/__simulator/settings`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ screenCharacters: PICTURE }) })
  const listed = await fetch(`${stage.simulator.url}/api/v1/servers/user/2`, { headers: { authorization: `Bearer ${stage.simulator.token}` } })
  expect((await listed.arrayBuffer()).byteLength).toBeGreaterThan(5 * 1024 * 1024)

  stage.startWorker()
  const { operation } = await stage.order()
  await stage.until(operation.id, 'succeeded')
  expect(stage.effects('server.created')).toBe(1)
})
