import type { z } from 'zod'
import type { OwnerModeSchema, SettingSourceSchema } from '#shared/schemas/settings.ts'
import type { Db, Services } from '../../context.ts'
import { BaseUrlError, normalizeBaseUrl } from '../../virtfusion/base-url.ts'
import { SealedValueError } from '../../vault.ts'
import { readGroup, TOKEN_PLACE, type SettingValue } from './registry.ts'

type SettingSource = z.infer<typeof SettingSourceSchema>

/** The connection to the panel as it is in force. Stays inside the process: it holds the token. */
export interface VirtfusionConnection {
  /** As it was typed; `normalizeBaseUrl` makes the address of the API from it. */
  apiUrl: string | null
  apiUrlSource: SettingSource
  token: string | null
  tokenSource: SettingSource
  /** True when a token is stored that this APP_SECRET does not open. */
  isTokenUnreadable: boolean
  /** The authority that was saved; the environment's file counts beside it. */
  caPem: string | null
  ownerMode: z.infer<typeof OwnerModeSchema>
  /** When another address, token or authority was saved last; null while none was. */
  connectedAt: Date | null
  /** Grows with each change; 0 while nothing was saved. */
  version: number
}

/**
 * What is in force: saved values take the place of the environment's, value by value. A token, saved or given by the environment,
 * counts only for the origin that it came with; so a changed address never carries a token to another machine.
 */
export async function readVirtfusionSettings({ db, env, vault }: Pick<Services, 'env' | 'vault'> & { db: Db }): Promise<VirtfusionConnection> {
  const { value, version } = await readGroup(db, 'virtfusion')
  const apiUrl = value.apiUrl ?? env.VIRTFUSION_API_URL ?? null
  const origin = findOrigin(apiUrl)
  const saved = openSavedToken(vault, value, origin)
  const fromEnvironment = findEnvironmentToken(env, origin)
  return {
    apiUrl,
    apiUrlSource: value.apiUrl !== null ? 'saved' : apiUrl !== null ? 'environment' : 'none',
    token: saved.token ?? fromEnvironment,
    tokenSource: saved.token !== null ? 'saved' : fromEnvironment !== null ? 'environment' : 'none',
    isTokenUnreadable: saved.isUnreadable,
    caPem: value.caPem,
    ownerMode: value.ownerMode,
    connectedAt: value.connectedAt === null ? null : new Date(value.connectedAt),
    version,
  }
}

/** The environment's token, when it is meant for this origin. */
export function findEnvironmentToken(env: Services['env'], origin: string | null): string | null {
  if (origin === null || env.VIRTFUSION_API_TOKEN === undefined) return null
  return findOrigin(env.VIRTFUSION_API_URL ?? null) === origin ? env.VIRTFUSION_API_TOKEN : null
}

/** Scheme, host and port of an address; null for one that can't be used. */
export function findOrigin(apiUrl: string | null): string | null {
  if (apiUrl === null) return null
  try {
    // Whether plain http is allowed is judged where a connection is made, not where two origins are compared.
    return normalizeBaseUrl(apiUrl, { allowHttp: true }).origin
  }
  catch (error) {
    if (error instanceof BaseUrlError) return null
    throw error
  }
}

/** The saved token, when it is meant for this origin and opens. */
export function openSavedToken(vault: Services['vault'], { token }: SettingValue<'virtfusion'>, origin: string | null): { token: string | null, isUnreadable: boolean } {
  if (token === null || token.origin !== origin) return { token: null, isUnreadable: false }
  try {
    return { token: vault.open(token.sealed, TOKEN_PLACE), isUnreadable: false }
  }
  catch (error) {
    if (error instanceof SealedValueError) return { token: null, isUnreadable: true }
    throw error
  }
}
