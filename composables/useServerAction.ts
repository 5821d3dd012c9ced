import type { Accepted } from '#shared/schemas/servers.ts'

export type ServerVerb = 'suspend' | 'unsuspend' | 'power' | 'rebuild' | 'delete' | 'cancel-deletion'

/**
 * Asks for one change of a server. The same change asked again after a failure carries the same key,
 * so that a lost answer never makes a second operation.
 */
export function useServerAction(serverId: MaybeRefOrGetter<string>) {
  const { run, pending, problem, fieldErrors, reset } = useAction()
  const { keyOf, settle } = useIntentKeys()

  async function ask(verb: ServerVerb, success: string, body: object = {}): Promise<Accepted | undefined> {
    const path = `/api/admin/servers/${toValue(serverId)}`
    const change = verb + JSON.stringify(body)
    const idempotencyKey = keyOf(change)

    const accepted = await run(
      () => verb === 'delete'
        ? sendJson<Accepted>(path, { method: 'DELETE', body, idempotencyKey })
        : sendJson<Accepted>(`${path}/${verb}`, { method: 'POST', body, idempotencyKey }),
      { success },
    )
    if (accepted) settle(change)
    return accepted
  }

  return { ask, pending, problem, fieldErrors, reset }
}
