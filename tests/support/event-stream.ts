import type { LiveEvent } from '../../shared/schemas/events.ts'
import type { ApiClient } from './api-client.ts'

/** An open tab, as far as events go: collects what `GET /api/events` sends to this client. */
export async function listenToEvents(client: ApiClient): Promise<{ events: LiveEvent[], close(): void }> {
  const abort = new AbortController()
  const response = await client.open('/api/events', abort.signal)
  if (!response.ok || !response.body) throw new Error(`GET /api/events answered ${response.status}`)
  const events: LiveEvent[] = []
  const read = async (body: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder()
    let text = ''
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true })
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const data = text.slice(0, end).split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trim()).join('')
        text = text.slice(end + 2)
        if (data.startsWith('{')) events.push(JSON.parse(data) as LiveEvent)
      }
    }
  }
  read(response.body).catch((error: unknown) => { if (!abort.signal.aborted) throw error })
  return { events, close: () => abort.abort() }
}
