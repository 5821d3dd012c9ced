import type { DeletionPreview } from '#shared/schemas/servers.ts'

/** Reads what else goes with a server, anew each time `read` is called: what was known a minute ago may have changed. */
export function useDeletionPreview(serverId: MaybeRefOrGetter<string>) {
  const preview = ref<DeletionPreview | null>(null)
  const failure = ref<string | null>(null)

  async function read() {
    preview.value = null
    failure.value = null
    const id = toValue(serverId)
    try {
      const answer = await $fetch<DeletionPreview>(`/api/admin/servers/${id}/deletion-preview`, { retry: 0 })
      if (id === toValue(serverId)) preview.value = answer
    }
    catch (error) {
      failure.value = toProblem(error).detail
    }
  }

  return { preview, failure, read }
}
