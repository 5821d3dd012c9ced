import type { AdminServer } from '#shared/schemas/servers.ts'

const SHOWN = 20

/** Servers that fit what was typed, and always the chosen one, which may lie outside of what the search finds. */
export function useServerChoices(serverId: MaybeRefOrGetter<string | null>) {
  const search = ref('')
  const settled = refDebounced(search, 250)
  const { data, error } = useLoad<{ items: AdminServer[] }>(
    () => `server-choices:${settled.value}`,
    '/api/admin/servers',
    { query: () => ({ search: settled.value || undefined, limit: SHOWN }) },
  )
  const request = useRequestFetch()
  const { data: chosen } = useAsyncData(
    () => `server-choice:${toValue(serverId) ?? ''}`,
    async () => {
      const id = toValue(serverId)
      return id ? request<AdminServer>(`/api/admin/servers/${id}`) as Promise<AdminServer> : null
    },
    { lazy: true },
  )

  const servers = computed(() => {
    const found = data.value?.items ?? []
    const extra = chosen.value
    return extra && !found.some((server) => server.id === extra.id) ? [extra, ...found] : found
  })

  return { search, servers, error }
}
