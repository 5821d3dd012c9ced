import type { z } from '#shared/zod.ts'

interface SettingsForm<Values, Answer> {
  path: string
  /** As last read. */
  settings: () => Answer
  /** What of the answer is edited. */
  valuesOf(answer: Answer): Values
  /** Checks what is sent before it is. */
  schema: z.ZodType<object>
  success: string
  /** Told once something else is in force. */
  onSaved(): void
}

/**
 * A group of settings that is saved over the version that it was loaded with, so that nobody overwrites what somebody else has just saved.
 * `send` takes the body, adds the version, checks both and saves them; what is wrong with a field stands in `errors` by its name.
 */
export function useSettingsForm<Values extends object, Answer extends { version: number }>({ path, settings, valuesOf, schema, success, onSaved }: SettingsForm<Values, Answer>) {
  const form = ref(valuesOf(settings())) as Ref<Values>
  const saved = shallowRef({ values: valuesOf(settings()), version: settings().version })
  const isDirty = computed(() => !isSame(form.value, saved.value.values))
  const { run, pending, problem, fieldErrors } = useAction()
  const formErrors = ref<Record<string, string>>({})
  const errors = computed<Record<string, string>>(() => ({ ...fieldErrors.value, ...formErrors.value }))

  watch(form, () => { formErrors.value = {} }, { deep: true })
  // Another part of the group may be saved elsewhere on the page. Only a change of what is edited here, under unsaved input, is a conflict.
  watch(() => settings().version, () => {
    const current = valuesOf(settings())
    if (!isDirty.value) startFrom(settings())
    else if (isSame(current, saved.value.values)) saved.value = { values: current, version: settings().version }
  })

  function startFrom(answer: Answer) {
    form.value = valuesOf(answer)
    saved.value = { values: valuesOf(answer), version: answer.version }
  }

  async function send(values: object) {
    const checked = checkInput(schema, { ...values, version: saved.value.version })
    formErrors.value = checked.errors ?? {}
    if (!checked.input) return nextTick(() => focusField(Object.keys(formErrors.value)))
    const body = checked.input
    const answer = await run(() => sendJson<Answer>(path, { method: 'PUT', body }), { success })
    if (!answer) return
    startFrom(answer)
    onSaved()
  }

  return { form, isDirty, send, pending, problem, errors }
}

const isSame = (one: object, other: object) => JSON.stringify(one) === JSON.stringify(other)
