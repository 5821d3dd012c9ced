import type { Panel, Services } from '../../context.ts'
import { BaseUrlError } from '../../virtfusion/base-url.ts'
import { createVirtFusionClient, type VirtFusionClient } from '../../virtfusion/client.ts'
import { clientOptions, readAuthority } from './client-options.ts'
import { readVirtfusionSettings, type VirtfusionConnection } from './read-virtfusion-settings.ts'

/** How long a change made by another process may go unnoticed. */
const RECHECK_MS = 2_000
/** Longer than any call may take: whoever still uses the former client finishes. */
const RETIREMENT_MS = 120_000

type PanelServices = Pick<Services, 'db' | 'env' | 'vault' | 'log'>

interface Kept { version: number, key: string | null, client: VirtFusionClient | null, checkedAt: number }

/**
 * Keeps one client for the connection that is in force. The settings' version is compared every two seconds at most, and the client
 * is replaced when address, token or authority changed; calls under way finish on the former one.
 */
export function createPanel(services: PanelServices): Panel & { close(): Promise<void> } {
  readAuthority(services.env) // a file that can't be read stops the start, not the first call
  let kept: Kept | null = null
  let loading: Promise<Kept> | null = null
  const retired = new Map<VirtFusionClient, NodeJS.Timeout>()

  const retire = (client: VirtFusionClient) => {
    const timer = setTimeout(() => {
      retired.delete(client)
      client.close().catch((error: unknown) => services.log.warn({ err: error }, 'closing a former panel client failed'))
    }, RETIREMENT_MS)
    timer.unref()
    retired.set(client, timer)
  }

  const load = async (): Promise<Kept> => {
    const checkedAt = Date.now()
    const former = kept
    if (former !== null && former.version === await findVersion(services)) return { ...former, checkedAt }

    const connection = await readVirtfusionSettings(services)
    const key = connection.apiUrl === null || connection.token === null ? null : `${connection.apiUrl} ${connection.token} ${connection.caPem ?? ''}`
    if (former !== null && former.key === key) return { ...former, version: connection.version, checkedAt }
    const client = openClient(services, connection)
    if (former?.client) retire(former.client)
    return { version: connection.version, key, client, checkedAt }
  }

  return {
    async client() {
      if (kept !== null && Date.now() - kept.checkedAt < RECHECK_MS) return kept.client
      loading ??= load().finally(() => { loading = null })
      kept = await loading
      return kept.client
    },
    forget() {
      // An impossible version: the next call reads the row, and keeps the client when nothing of the connection changed.
      if (kept !== null) kept = { ...kept, version: -1, checkedAt: 0 }
    },
    async close() {
      for (const timer of retired.values()) clearTimeout(timer)
      const clients = [...retired.keys(), ...(kept?.client ? [kept.client] : [])]
      retired.clear()
      kept = null
      await Promise.all(clients.map((client) => client.close()))
    },
  }
}

function openClient(services: PanelServices, connection: VirtfusionConnection): VirtFusionClient | null {
  const { apiUrl, token, caPem } = connection
  if (connection.isTokenUnreadable) services.log.warn('the saved panel token does not open with this APP_SECRET; enter it again at Settings > API credentials')
  if (apiUrl === null || token === null) return null
  try {
    return createVirtFusionClient(clientOptions(services, apiUrl, token, caPem))
  }
  catch (error) {
    // Only the environment can hold such an address, for the screen refuses it: as good as none, and the log names it.
    if (!(error instanceof BaseUrlError)) throw error
    services.log.error({ apiUrlSource: connection.apiUrlSource, code: error.code }, `VIRTFUSION_API_URL can't be used: ${error.message}`)
    return null
  }
}

async function findVersion({ db }: PanelServices): Promise<number> {
  const row = await db.setting.findUnique({ where: { group: 'virtfusion' }, select: { version: true } })
  return row?.version ?? 0
}
