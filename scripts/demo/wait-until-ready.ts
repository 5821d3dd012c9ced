import { setTimeout as sleep } from 'node:timers/promises'

/** Resolves when `GET /api/ready` answers 200; throws after a minute. */
export async function waitUntilReady(url: string): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(100)) {
    const answer = await fetch(`${url}/api/ready`).catch(() => null) // refused: not listening yet
    if (answer?.status === 200) return
  }
  throw new Error(`${url} was not ready within a minute.`)
}
