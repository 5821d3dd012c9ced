import { createHash, timingSafeEqual } from 'node:crypto'
import type { Services } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { SealedValueError } from '../../vault.ts'
import { readGroup, WEBHOOK_PLACE } from '../settings/registry.ts'

/**
 * Lets only the panel in: `authorization` must carry the secret, in base64 as the panel sends it, or as it is. Compared in constant time.
 * @throws AppError unauthenticated, also while no secret is set
 */
export async function requirePanelSecret({ db, vault, log }: Pick<Services, 'db' | 'vault' | 'log'>, authorization: string | undefined): Promise<void> {
  const { value } = await readGroup(db, 'virtfusion_webhook')
  const secret = value.secret === null ? null : open(vault, log, value.secret.sealed)
  const given = /^Bearer (\S{1,500})$/i.exec(authorization ?? '')?.[1] ?? ''
  const matches = secret === null ? [] : [secret, Buffer.from(secret).toString('base64')].map((expected) => isSame(given, expected))
  if (!matches.includes(true)) throw new AppError('unauthenticated', 'This message does not carry the secret from Settings > API credentials.')
}

/** Digests have one length, so that the comparison does not tell how long the secret is. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}

function open(vault: Services['vault'], log: Services['log'], sealed: string): string | null {
  try {
    return vault.open(sealed, WEBHOOK_PLACE)
  }
  catch (error) {
    if (!(error instanceof SealedValueError)) throw error
    log.warn('the secret of the panel\'s webhooks does not open with this APP_SECRET; make a new one at Settings > API credentials')
    return null
  }
}
