import { WebhookSchema } from '#shared/schemas/settings.ts'
import { getWebhook } from '#server/domains/settings/get-webhook.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute({ access: 'admin', response: WebhookSchema }, async ({ call }) => getWebhook(call))
