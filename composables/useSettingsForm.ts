interface SettingsForm<Values, Answer> {
  path: string
  settings: Answer
  /** What of the answer is edited. */
  valuesOf(answer: Answer): Values
  success: string
  /** Told once something else is in force. */
  onSaved(): void
}

/**
 * A group of settings that is saved over the version that it was loaded with, so that nobody overwrites what somebody else has just saved.
 * `send` takes the body and adds the version.
 */
export function useSettingsForm<Values extends object, Answer extends { version: number }>({ path, settings, valuesOf, success, onSaved }: SettingsForm<Values, Answer>) {
  const form = ref(valuesOf(settings)) as Ref<Values>
  const saved = shallowRef({ values: valuesOf(settings), version: settings.version })
  const isDirty = computed(() => JSON.stringify(form.value) !== JSON.stringify(saved.value.values))
  const { run, pending, problem, fieldErrors } = useAction()

  async function send(body: object) {
    const answer = await run(() => sendJson<Answer>(path, { method: 'PUT', body: { ...body, version: saved.value.version } }), { success })
    if (!answer) return
    form.value = valuesOf(answer)
    saved.value = { values: valuesOf(answer), version: answer.version }
    onSaved()
  }

  return { form, isDirty, send, pending, problem, fieldErrors }
}
