import type { Operation, OperationDetail, ResolveOperation } from '#shared/schemas/operations.ts'

/** Where an operation is read; also the key under which every component shares it. */
export const operationPath = (operationId: string) => `/api/admin/operations/${operationId}`

/**
 * One operation with its steps and events, kept current by live events, and what a person can decide about it. The same decision asked again
 * soon after a failure carries the same key, so that a lost answer is no conflict.
 */
export function useOperation(operationId: MaybeRefOrGetter<string>) {
  const path = computed(() => operationPath(toValue(operationId)))
  const { data: operation, error, status, refresh } = useLoad<OperationDetail>(path, path)
  const action = useAction()
  const { sendAs } = useIntentKeys()

  useLiveRefresh((event) => event.type === 'operation' && event.operationId === toValue(operationId), refresh)
  usePollWhile(() => isUnderWay(operation.value), refresh)

  async function ask(verb: 'retry' | 'cancel' | 'resolve', success: string, body?: ResolveOperation | { reason: string }): Promise<boolean> {
    const decision = verb + JSON.stringify(body ?? {})
    const done = await action.run(() => sendAs(decision, (idempotencyKey) => sendJson<Operation>(`${path.value}/${verb}`, { method: 'POST', body, idempotencyKey })), { success })
    await refresh()
    return done !== undefined
  }

  return { operation, error, status, refresh, ask, pending: action.pending, problem: action.problem, forget: action.reset }
}
