import type { RequestProblem } from './toProblem'

export interface ActionOptions<T> {
  /** The toast that says it worked. */
  success?: string | ((result: T) => string)
  onProblem?: (problem: RequestProblem) => void
}

/**
 * Runs one change at a time and keeps what came of it: success is a toast, a failure stays in place as `problem` and,
 * for inputs whose `name` is the path of the field, as `fieldErrors`. The first field at fault gets the focus.
 */
export function useAction() {
  const toasts = useToastsStore()
  const pending = ref(false)
  const problem = ref<RequestProblem | null>(null)
  const fieldErrors = computed<Record<string, string>>(() => problem.value?.fields ?? {})

  /** Returns what `change` returned, or undefined when it failed or another one is still running. */
  async function run<T>(change: () => Promise<T>, options: ActionOptions<T> = {}): Promise<T | undefined> {
    if (pending.value) return undefined
    pending.value = true
    problem.value = null
    try {
      const result = await change()
      const text = typeof options.success === 'function' ? options.success(result) : options.success
      if (text) toasts.success(text)
      return result
    }
    catch (error) {
      if (!isRequestFailure(error)) throw error
      const failed = toProblem(error)
      problem.value = failed
      options.onProblem?.(failed)
      if (failed.fields) await nextTick(() => focusField(Object.keys(failed.fields ?? {})))
      return undefined
    }
    finally {
      pending.value = false
    }
  }

  function reset() {
    problem.value = null
  }

  return { run, pending, problem, fieldErrors, reset }
}

/** A defect in our own code must not look like an answer of the API. */
function isRequestFailure(error: unknown): boolean {
  return error instanceof Error && error.name === 'FetchError'
}
