import { MadeWebhookSchema } from '#shared/schemas/settings.ts'
import { makeWebhookSecret } from '#server/domains/settings/make-webhook-secret.ts'
import { defineRoute } from '#server/utils/define-route.ts'

/** Answers the secret this once; a former one ends. */
export default defineRoute({ access: 'admin', response: MadeWebhookSchema, status: 201 }, async ({ call }) => makeWebhookSecret(call))
