interface Loaded { data: Ref<unknown>, error: Ref<unknown> }

/**
 * What was last read under this key, also when reading it again failed: Nuxt empties `data` then, and with it would go the screen and what
 * is being typed. Another key never shows what this one held, and `clearNuxtData` empties it.
 */
export function useLastGood<T>(key: MaybeRefOrGetter<string>, { data, error }: Loaded): ComputedRef<T | undefined> {
  const { payload } = useNuxtApp()
  // The payload holds the last good answer of each key; a failure empties only the copy beside it.
  return computed(() => (data.value ?? (error.value ? payload.data[toValue(key)] : undefined)) as T | undefined)
}
