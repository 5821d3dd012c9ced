import { randomBytes } from 'node:crypto'
import type { MadeWebhook } from '#shared/schemas/settings.ts'
import type { Call } from '../../context.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { getWebhook } from './get-webhook.ts'
import { overwriteGroup, WEBHOOK_PLACE } from './registry.ts'

/** Makes the secret that the panel shows with each message, in place of a former one. It is told this once. */
export async function makeWebhookSecret(call: Call): Promise<MadeWebhook> {
  const secret = randomBytes(32).toString('base64url')
  await call.db.$transaction(async (tx) => {
    await overwriteGroup(tx, 'virtfusion_webhook', { secret: { sealed: call.vault.seal(secret, WEBHOOK_PLACE), hint: secret.slice(-4) } }, call.user.id)
    await recordAudit(tx, call, { action: 'settings.webhook_secret_made', entity: 'settings', entityId: 'virtfusion_webhook', entityName: 'Messages from the panel' })
  })
  return { ...await getWebhook(call), secret }
}
