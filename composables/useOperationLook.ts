import type { OperationLook } from '#shared/schemas/operations.ts'

/** What the owner of an order has at the panel at this moment; asked for once, and again when somebody wants to. `problem` is why Berth itself could not look. */
export function useOperationLook(operationId: MaybeRefOrGetter<string>) {
  const look = shallowRef<OperationLook | null>(null)
  const { run, pending, problem } = useAction()

  async function lookAgain() {
    const seen = await run(() => sendJson<OperationLook>(`${operationPath(toValue(operationId))}/look`, { method: 'POST' }))
    if (seen) look.value = seen
  }

  return { look, lookAgain, pending, problem }
}
