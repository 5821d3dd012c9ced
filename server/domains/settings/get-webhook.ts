import type { Webhook } from '#shared/schemas/settings.ts'
import type { Call } from '../../context.ts'
import { readGroup } from './registry.ts'

/** Where the panel may report what happened; never the secret. */
export async function getWebhook({ db, env }: Call): Promise<Webhook> {
  const { value, updatedAt } = await readGroup(db, 'virtfusion_webhook')
  return {
    isSet: value.secret !== null,
    hint: value.secret?.hint ?? null,
    url: env.PUBLIC_URL === undefined ? null : new URL('/api/hooks/virtfusion', env.PUBLIC_URL).href,
    changedAt: updatedAt?.toISOString() ?? null,
  }
}
