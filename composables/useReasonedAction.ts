import type { z } from '#shared/zod.ts'

/** A change that is asked for with a reason, in a dialog that begins empty each time it opens. */
export function useReasonedAction(isOpen: Ref<boolean>) {
  const reason = ref('')
  const checked = ref<Record<string, string>>({})
  const { run, pending, problem, fieldErrors, reset } = useAction()
  const reasonError = computed(() => checked.value.reason ?? fieldErrors.value.reason)

  watch(isOpen, (open) => {
    if (!open) return
    reset()
    checked.value = {}
    reason.value = ''
  }, { immediate: true })

  /** What is asked for with its reason, as the route takes it. Null where the reason does not do: the field says so and gets the focus. */
  function check<T>(schema: z.ZodType<T>, given: object = {}): T | null {
    const { input, errors } = checkInput(schema, { ...given, reason: reason.value })
    checked.value = errors ?? {}
    if (!input) void nextTick(() => focusField(['reason']))
    return input
  }

  return { reason, reasonError, check, run, pending, problem }
}
