import type { CAPABILITY_STATES } from '#shared/schemas/settings.ts'
import type { SettingValue } from '../settings/registry.ts'
import type { StoredConnectionTest } from '../settings/stored-connection-test.ts'

interface Facts {
  setting: Pick<SettingValue<'identity'>, 'keepsWitness' | 'isWitnessDeclined'>
  isInSafeMode: boolean
  /** `isInForce`: it was of the connection that is in force. */
  test: Pick<StoredConnectionTest, 'ok'> & { isInForce: boolean } | null
  /** Operation -> state, of the token in force. */
  learnt: Record<string, (typeof CAPABILITY_STATES)[number]>
}

/**
 * Whether a screen suggests a witness user. Finding users shows in a test of the connection; that the token may make and change them
 * shows only once it does, so those two are merely not to be known as refused. Pure.
 */
export function offersWitness({ setting, isInSafeMode, test, learnt }: Facts): boolean {
  if (setting.keepsWitness || setting.isWitnessDeclined || isInSafeMode) return false
  if (!test?.ok || !test.isInForce || learnt['users.getByExtRelation'] !== 'allowed') return false
  return ['users.create', 'users.changeByExtRelation'].every((operation) => (learnt[operation] ?? 'unknown') === 'unknown' || learnt[operation] === 'allowed')
}
