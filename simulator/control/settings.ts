import { CONNECT_VARIANTS, PANEL_VERSIONS, type Readings, type Settings } from '../core/settings.ts'
import type { World } from '../core/world.ts'
import { Refusal } from '../http/answers.ts'
import { isRecord } from '../http/fields.ts'

const CHOICES: Record<string, readonly unknown[]> = {
  version: PANEL_VERSIONS,
  connectVariant: CONNECT_VARIANTS,
  capacityGone: ['none', 'memory', 'disk', 'cpu', 'ipv4'] satisfies Settings['capacityGone'][],
  omittedDelay: ['five-minutes', 'now'] satisfies Readings['omittedDelay'][],
  scheduledDeleteLevel: ['hidden', 'visible'] satisfies Readings['scheduledDeleteLevel'][],
  deleteTwice: ['replace', 'conflict', 'locked'] satisfies Readings['deleteTwice'][],
  suspendTwice: ['accept', 'conflict'] satisfies Readings['suspendTwice'][],
  powerOnSuspended: ['refuse', 'allow'] satisfies Readings['powerOnSuspended'][],
  validation: ['list', 'map'] satisfies Readings['validation'][],
  refusedAddress: [401, 403] satisfies Readings['refusedAddress'][],
  forbiddenBody: ['errors', 'message', 'empty'] satisfies Readings['forbiddenBody'][],
  dryRunStatus: [200, 201] satisfies Readings['dryRunStatus'][],
  dryRunBody: ['data', 'text'] satisfies Readings['dryRunBody'][],
  duplicateUser: [409, 422] satisfies Readings['duplicateUser'][],
  powerAnswer: ['queue', 'empty'] satisfies Readings['powerAnswer'][],
  windowsUser: ['Administrator', 'administrator'] satisfies Readings['windowsUser'][],
  createForUnknownUser: ['refuse', 'accept'] satisfies Readings['createForUnknownUser'][],
  deleteUserWithServers: ['refuse', 'cascade', 'orphan'] satisfies Readings['deleteUserWithServers'][],
  duplicateRelationString: ['refuse', 'accept'] satisfies Readings['duplicateRelationString'][],
  duplicateEmail: ['refuse', 'accept'] satisfies Readings['duplicateEmail'][],
  unbuiltOwnerChange: ['accept', 'refuse'] satisfies Readings['unbuiltOwnerChange'][],
  vncFlag: ['untrue', 'true'] satisfies Readings['vncFlag'][],
}

const refuse = (text: string) => new Refusal(422, { errors: [text] })

function checkValue(key: string, value: unknown, current: unknown) {
  const choices = CHOICES[key]
  if (choices && !choices.includes(value)) throw refuse(`${key} must be one of ${choices.join(', ')}`)
  if (typeof value !== typeof current) throw refuse(`${key} must be a ${typeof current}`)
  if (typeof value === 'number' && !(value >= 0 && Number.isFinite(value))) throw refuse(`${key} must be 0 or more`)
}

/** `part` with changes whose keys and values are known, so that a typing mistake in a test is seen. */
function merge<Part extends object>(part: Part, changes: unknown): Part {
  if (changes === undefined) return part
  if (!isRecord(changes)) throw refuse('settings, durations and readings must be objects')
  for (const [key, value] of Object.entries(changes)) {
    if (!(key in part)) throw refuse(`unknown key ${key}`)
    checkValue(key, value, Reflect.get(part, key))
  }

  return { ...part, ...changes }
}

function readWebhook(wish: unknown, current: Settings['webhook']): Settings['webhook'] {
  if (wish === undefined) return current
  if (wish === null) return null
  if (isRecord(wish) && typeof wish.url === 'string' && URL.canParse(wish.url)) {
    return { url: wish.url, token: typeof wish.token === 'string' ? wish.token : null }
  }

  throw refuse('webhook must be null or { url, token }')
}

function readSpeed(wish: unknown, current: number): number {
  if (wish === undefined) return current
  if (typeof wish === 'number' && wish > 0 && Number.isFinite(wish)) return wish

  throw refuse('speed must be a number over 0')
}

/** A partial change of the settings; `speed` stands for `workSpeed`. */
export type SettingsChange = Partial<Omit<Settings, 'workSpeed' | 'durations' | 'readings'>>
  & { speed?: number, durations?: Partial<Settings['durations']>, readings?: Partial<Readings> }

/** Applies a partial change to the settings; nothing changes when any part of it is refused. */
export function changeSettings(world: World, body: unknown): Settings {
  if (!isRecord(body)) throw refuse('settings must be an object')
  const { speed, durations, readings, webhook, ...others } = body
  const current = world.settings
  world.settings = {
    ...merge(current, others),
    workSpeed: readSpeed(speed, current.workSpeed),
    webhook: readWebhook(webhook, current.webhook),
    durations: merge(current.durations, durations),
    readings: merge(current.readings, readings),
  }

  return world.settings
}
