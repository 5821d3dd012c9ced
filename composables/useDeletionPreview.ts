import type { DeletionPreview } from '#shared/schemas/servers.ts'

/** Reads what else goes with a server, or an orphan, at `path`; anew each time `read` is called: what was known a minute ago may have changed. */
export function useDeletionPreview(path: MaybeRefOrGetter<string>) {
  const preview = ref<DeletionPreview | null>(null)
  const failure = ref<string | null>(null)

  async function read() {
    preview.value = null
    failure.value = null
    const asked = toValue(path)
    try {
      const answer = await $fetch<DeletionPreview>(`${asked}/deletion-preview`, { retry: 0 })
      if (asked === toValue(path)) preview.value = answer
    }
    catch (error) {
      if (asked === toValue(path)) failure.value = toProblem(error).detail
    }
  }

  return { preview, failure, read }
}
