import type { Accepted } from '#shared/schemas/servers.ts'

export type ServerVerb = 'suspend' | 'unsuspend' | 'power' | 'rebuild' | 'delete' | 'cancel-deletion'

/**
 * Asks for one change of a server. The same change asked again soon after a failure carries the same key,
 * so that a lost answer never makes a second operation.
 */
export function useServerAction(serverId: MaybeRefOrGetter<string>) {
  const { run, pending, problem, fieldErrors, reset } = useAction()
  const { sendAs } = useIntentKeys()

  async function ask(verb: ServerVerb, success: string, body: object = {}): Promise<Accepted | undefined> {
    const path = `/api/admin/servers/${toValue(serverId)}`
    const change = verb + JSON.stringify(body)
    return run(
      () => sendAs(change, (idempotencyKey) => (verb === 'delete'
        ? sendJson<Accepted>(path, { method: 'DELETE', body, idempotencyKey })
        : sendJson<Accepted>(`${path}/${verb}`, { method: 'POST', body, idempotencyKey }))),
      { success },
    )
  }

  return { ask, pending, problem, fieldErrors, reset }
}
