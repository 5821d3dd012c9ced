import { abilityOf } from '../abilities.ts'
import type { DiagnosisParams } from './types.ts'

export interface Words {
  title: string
  cause: string
  fix: string
}

/** Where the connection to the panel is entered. */
export const SETTINGS = 'Settings > API credentials'

export type Phrase = (say: Say) => Words

/** Parameters as they are spoken of. */
export interface Say {
  /** A parameter as text; empty when it is absent. */
  get(name: string): string
  has(name: string): boolean
  /** `cp.example.com` and its port, or "the panel". */
  host: string
  hostAndPort: string
  /** What was tried, for example "create servers". */
  ability: string
  /** What the panel said about it, as a sentence of its own; empty when it said nothing. */
  panelSaid: string
  /** The value that was sent, in front of a noun: " 12", or empty. */
  value: string
}

/** Prepares parameters for the phrases. */
export function speak(params: DiagnosisParams): Say {
  const get = (name: string) => (params[name] === undefined || params[name] === null ? '' : String(params[name]))
  const host = get('host') || 'the panel'
  return {
    get,
    has: name => get(name) !== '',
    host,
    hostAndPort: get('port') === '' ? host : `${host}:${get('port')}`,
    ability: abilityOf(get('operation')),
    panelSaid: get('panelMessage') === '' ? '' : ` VirtFusion says: “${get('panelMessage')}”`,
    value: get('value') === '' ? '' : ` ${get('value')}`,
  }
}
