import { offsetDate } from '../core/dates.ts'
import type { PanelEvent, World } from '../core/world.ts'
import { serverDetail } from '../shapes/server.ts'

const HOOK_ID = 1
const TIMEOUT_MS = 5000
const KEPT = 200

export interface Delivery {
  event: string
  status: PanelEvent['status']
  serverId: number
  created: string
  /** Status of the receiver's answer, or the reason why there was none. */
  answer: number | string
}

function bodyOf(world: World, event: PanelEvent, created: string) {
  const server = world.state.servers.get(event.serverId)

  return {
    event: event.name,
    created,
    hookId: HOOK_ID,
    hookEventId: event.id,
    eventStatus: event.status,
    controlDomain: 'panel.example',
    controlName: 'Simulated panel',
    controlSupportLink: 'https://panel.example/support',
    data: {
      errors: event.status === 'fail' ? ['The task failed'] : [],
      server: server ? serverDetail(world, server) : { id: event.serverId },
    },
  }
}

/** Sends the panel's webhooks to where the settings say: once each, without signature, retry or promise of order. */
export function sendWebhooks(world: World): Delivery[] {
  const deliveries: Delivery[] = []

  async function deliver(url: string, token: string | null, event: PanelEvent) {
    const created = offsetDate(event.at)
    const body = JSON.stringify(bodyOf(world, event, created))
    const delivery: Delivery = { event: event.name, status: event.status, serverId: event.serverId, created, answer: 'under way' }
    deliveries.push(delivery)
    if (deliveries.length > KEPT) deliveries.shift()
    try {
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        body,
        headers: {
          'Content-Type': 'application/json',
          'User-Agent': 'VirtFusion-Hookshot/1.0',
          'X-VirtFusion-Hook': String(HOOK_ID),
          'X-VirtFusion-Created': created,
          'X-VirtFusion-Hook-Event': String(event.id),
          'X-VirtFusion-Event': event.name,
          'X-VirtFusion-Event-Status': event.status,
          ...(token !== null && { Authorization: `Bearer ${Buffer.from(token).toString('base64')}` }),
        },
      })
      await response.body?.cancel()
      delivery.answer = response.status
    }
    catch (error) {
      // A receiver that is away loses the message, as it would with the real panel.
      delivery.answer = error instanceof Error ? error.message : String(error)
    }
  }

  world.onEvent = (event) => {
    const { webhook } = world.settings
    if (webhook) void deliver(webhook.url, webhook.token, event)
  }

  return deliveries
}
