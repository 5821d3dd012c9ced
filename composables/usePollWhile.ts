import { isActive, type OperationState } from '#shared/lifecycle/operations.ts'

const PERIOD_MS = 5000

/** Reads again now and then while `condition` holds and the live stream is away; with the stream up, its events do that. */
export function usePollWhile(condition: () => boolean, refresh: () => Promise<unknown>) {
  const live = useLiveStore()
  useIntervalFn(() => {
    if (!live.isConnected && condition()) void refresh()
  }, PERIOD_MS)
}

/** Whether an operation still moves. */
export function isUnderWay(operation: { state: OperationState } | null | undefined): boolean {
  return Boolean(operation && isActive(operation.state))
}
