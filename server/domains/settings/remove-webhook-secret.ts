import type { Webhook } from '#shared/schemas/settings.ts'
import type { Call } from '../../context.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { getWebhook } from './get-webhook.ts'
import { overwriteGroup } from './registry.ts'

/** From now on every message from the panel is refused. */
export async function removeWebhookSecret(call: Call): Promise<Webhook> {
  await call.db.$transaction(async (tx) => {
    await overwriteGroup(tx, 'virtfusion_webhook', { secret: null }, call.user.id)
    await recordAudit(tx, call, { action: 'settings.webhook_secret_removed', entity: 'settings', entityId: 'virtfusion_webhook', entityName: 'Messages from the panel' })
  })
  return getWebhook(call)
}
