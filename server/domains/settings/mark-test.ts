import { createHash } from 'node:crypto'
import { normalizeBaseUrl } from '../../virtfusion/base-url.ts'
import { findOrigin, type VirtfusionConnection } from './read-virtfusion-settings.ts'
import type { StoredConnectionTest } from './stored-connection-test.ts'

type Tested = Pick<VirtfusionConnection, 'apiUrl' | 'token' | 'caPem'>

/** What tells one tested connection from another, without giving its token away: the address as the API sees it, token and saved authority. Null where one can't be made of them. */
export function markTest({ apiUrl, token, caPem }: Tested): string | null {
  if (apiUrl === null || token === null || findOrigin(apiUrl) === null) return null
  const { baseUrl } = normalizeBaseUrl(apiUrl, { allowHttp: true })
  return createHash('sha256').update(JSON.stringify([baseUrl, token, caPem])).digest('hex').slice(0, 32)
}

/** Whether a test was of this connection, whenever that was saved. */
export function isTestOf({ mark }: Pick<StoredConnectionTest, 'mark'>, connection: Tested): boolean {
  return mark !== null && mark === markTest(connection)
}
