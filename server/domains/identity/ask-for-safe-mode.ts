import type { EnterSafeMode, SafeMode } from '#shared/schemas/identity.ts'
import type { Call } from '../../context.ts'
import { conflict } from '../../errors.ts'
import { enterSafeMode, isInSafeMode } from './enter-safe-mode.ts'
import { getSafeMode } from './get-safe-mode.ts'

/**
 * An admin knows what no look may show: without a witness, a panel that was put back from a backup has the same packages and groups as before.
 * @throws AppError conflict when Berth is in safe mode already
 */
export async function askForSafeMode(call: Call, { reason }: EnterSafeMode): Promise<SafeMode> {
  if (await isInSafeMode(call.db)) throw conflict('Berth is in safe mode already.', 'in_safe_mode')
  await enterSafeMode(call.db, call, { code: 'safe_mode_asked', params: { person: call.user.name, reason } })
  return getSafeMode(call)
}
