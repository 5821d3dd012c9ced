import { WebhookSchema } from '#shared/schemas/settings.ts'
import { removeWebhookSecret } from '#server/domains/settings/remove-webhook-secret.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute({ access: 'admin', response: WebhookSchema }, async ({ call }) => removeWebhookSecret(call))
