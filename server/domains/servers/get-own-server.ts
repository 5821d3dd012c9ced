import type { CustomerServer } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import { askForPower } from './ask-for-power.ts'
import { loadServer } from './load-server.ts'
import { readPanelAccount } from './panel-account.ts'
import { serializeCustomerServer } from './serialize-server.ts'

/** One server of the customer who asks. @throws AppError not_found, alike for a foreign id and for one that does not exist */
export async function getOwnServer(call: Call, serverId: string): Promise<CustomerServer> {
  const server = await loadServer(call, serverId)
  await askForPower(call, server)
  return serializeCustomerServer(server, await readPanelAccount(call, server.customerId))
}
