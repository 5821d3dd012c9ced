import type { z } from 'zod'
import type { OwnerModeSchema, UpdateVirtfusionSettings } from '#shared/schemas/settings.ts'
import type { Services } from '../../context.ts'
import { AppError, invalidField } from '../../errors.ts'
import { describeDiagnosis } from '../../messages/describe.ts'
import { BaseUrlError, normalizeBaseUrl } from '../../virtfusion/base-url.ts'
import { diagnose } from '../../virtfusion/diagnosis/diagnose.ts'
import { fingerprintOf, requireAuthority } from './authority.ts'
import { findEnvironmentToken, findOrigin } from './read-virtfusion-settings.ts'
import { TOKEN_PLACE, type SettingValue } from './registry.ts'

/** Shorter tokens would give too much of themselves away. */
const SHORTEST_WITH_HINT = 8

/** The last four characters, by which a person tells two tokens apart. */
export function tokenHint(token: string): string {
  return token.length < SHORTEST_WITH_HINT ? '' : token.slice(-4)
}

/** The saved values after a change. The token stays only while it is for the origin that it was saved for. @throws AppError invalid_input */
export function applyChanges({ env, vault, now }: Pick<Services, 'env' | 'vault' | 'now'>, saved: SettingValue<'virtfusion'>, changes: UpdateVirtfusionSettings): SettingValue<'virtfusion'> {
  if (changes.apiUrl !== undefined) requireUsableAddress(env, changes.apiUrl)
  // It comes along with every token that is typed. The environment's own is not copied: it goes on coming from there.
  const isEnvironments = saved.apiUrl === null && changes.apiUrl === env.VIRTFUSION_API_URL
  const apiUrl = isEnvironments ? null : changes.apiUrl ?? saved.apiUrl
  const ownerMode = changes.ownerMode ?? saved.ownerMode
  const caPem = changes.caPem === undefined ? saved.caPem : changes.caPem
  if (changes.caPem) requireAuthority(changes.caPem, now())
  const origin = findOrigin(apiUrl ?? env.VIRTFUSION_API_URL ?? null)

  if (changes.token !== undefined) {
    if (origin === null) throw invalidField('apiUrl', 'Enter the address that this token is for.')
    return { ...saved, apiUrl, ownerMode, caPem, token: { sealed: vault.seal(changes.token, TOKEN_PLACE), hint: tokenHint(changes.token), origin } }
  }
  const token = saved.token?.origin === origin ? saved.token : null
  if (changes.apiUrl !== undefined && token === null && findEnvironmentToken(env, origin) === null) {
    throw invalidField('token', `Enter the API token of ${origin}. A token that is already stored is sent only to the address it was stored for.`)
  }
  return { ...saved, apiUrl, ownerMode, caPem, token }
}

/** The parts of the settings that an audit line may show. */
export function auditFields(saved: SettingValue<'virtfusion'>): { apiUrl: string | null, tokenIsSet: boolean, tokenHint: string | null, caFingerprint: string | null, ownerMode: z.infer<typeof OwnerModeSchema> } {
  return { apiUrl: saved.apiUrl, tokenIsSet: saved.token !== null, tokenHint: saved.token?.hint ?? null, caFingerprint: saved.caPem && fingerprintOf(saved.caPem), ownerMode: saved.ownerMode }
}

/** True when the panel is another one, is asked with another token, or is vouched for by another authority. */
export function isOtherConnection(before: SettingValue<'virtfusion'>, after: SettingValue<'virtfusion'>): boolean {
  return before.apiUrl !== after.apiUrl || before.token?.sealed !== after.token?.sealed || before.caPem !== after.caPem
}

function requireUsableAddress(env: Services['env'], apiUrl: string): void {
  try {
    normalizeBaseUrl(apiUrl, { allowHttp: env.VIRTFUSION_ALLOW_HTTP })
  }
  catch (error) {
    if (!(error instanceof BaseUrlError)) throw error
    const diagnosis = diagnose(error)
    const { cause, fix } = describeDiagnosis(diagnosis)
    throw new AppError('invalid_input', cause, { fields: { apiUrl: `${cause} ${fix}` }, diagnosis })
  }
}
