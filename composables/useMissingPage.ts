import type { Problem } from '#shared/schemas/common.ts'

/** Turns "there is nothing here" into the error page with its status; every other failure stays in place. */
export function useMissingPage(error: Ref<Problem | null>) {
  const missing = () => createError({ statusCode: 404, statusMessage: 'Not found', fatal: true })
  if (import.meta.server) {
    if (error.value?.status === 404) throw missing()
    return
  }
  watch(error, (problem) => { if (problem?.status === 404) showError(missing()) }, { immediate: true })
}
