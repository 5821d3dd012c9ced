import type { Call } from '../../context.ts'
import type { VirtFusionClient } from '../../virtfusion/client.ts'
import { findPanelUserUses } from '../customers/find-panel-user-uses.ts'
import { readVirtfusionSettings } from '../settings/read-virtfusion-settings.ts'
import type { LoadedServer } from './load-servers.ts'

/** Whom a customer is at the panel, as far as Berth knows without asking it: the same for all of their servers. */
export interface PanelAccount {
  /** Null while no address or token is set. */
  client: VirtFusionClient | null
  /** Owners are those of the plans: nobody has an account of their own. */
  isSwitchedOff: boolean
  /** Our number for them there. */
  extRelationId: number
  /** Null as long as no user was found or made for them. */
  userId: number | null
  /** The user also stands for somebody else: it owns another customer's server, or is what a plan gives its servers to. */
  isShared: boolean
}

export async function readPanelAccount(call: Call, customerId: string): Promise<PanelAccount> {
  const [client, { ownerMode }, { virtfusionUserId: userId, virtfusionExtRelationId: extRelationId }] = await Promise.all([
    call.panel.client(),
    readVirtfusionSettings(call),
    call.db.user.findUniqueOrThrow({ where: { id: customerId }, select: { virtfusionUserId: true, virtfusionExtRelationId: true } }),
  ])
  const uses = userId === null ? null : await findPanelUserUses(call.db, { customerId, virtfusionUserId: userId })
  return { client, isSwitchedOff: ownerMode === 'plan', extRelationId, userId, isShared: uses !== null && (uses.ownsServersOfOthers || uses.sharedByPlan !== null) }
}

type PanelLogin = { allowed: true, client: VirtFusionClient, userId: number, remoteId: number } | { allowed: false, reason: string }

/** Whether the customer can be signed in at the panel for this server, before it is asked. A shared account would open other people's servers. */
export function judgePanelLogin(server: LoadedServer, { client, isSwitchedOff, userId, isShared }: PanelAccount): PanelLogin {
  const no = (reason: string) => ({ allowed: false as const, reason })
  const remoteId = server.virtfusionServerId
  if (isSwitchedOff) return no('Signing in at the panel is switched off here, because the servers share one account there.')
  if (server.lifecycle === 'deleted' || server.lifecycle === 'deleting') return no('This server is deleted.')
  if (server.suspension) return no('This server is suspended.')
  if (remoteId === null || server.lifecycle !== 'active') return no('This server is still being made.')
  if (server.vanishedAt || server.isInDoubt) return no('Your host is looking at this server.')
  if (userId === null) return no('Signing in at the panel is not possible, because you have no account of your own there. Write to the support of your host.')
  if (userId !== server.virtfusionOwnerId || isShared) return no(SHARED_ACCOUNT)
  return client ? { allowed: true, client, userId, remoteId } : no('Signing in at the panel is not set up.')
}

export const SHARED_ACCOUNT = 'Signing in at the panel is not possible for this server, because it belongs to a shared account there.'
