import type { z } from '#shared/zod.ts'
import type { RequestProblem } from './toProblem'

const CONFLICT = {
  code: 'settings_changed',
  title: 'Somebody else was faster',
  cause: 'Somebody else changed these settings a moment ago. They are read again; what you changed is still here.',
  fix: 'Compare, then save again to put yours in their place.',
}

interface SettingsForm<Values, Answer> {
  path: string
  /** As last read. */
  settings: () => Answer
  /** What of the answer is edited. */
  valuesOf(answer: Answer): Values
  /** Checks what is sent before it is. */
  schema: z.ZodType<object>
  success: string
  /** Told once something else is in force, whoever saved it: it has to be read again. */
  onSaved(): void
}

/**
 * A group of settings that is saved over the version that it was loaded with, so that nobody overwrites what somebody else has just saved.
 * After a conflict what is in force is read again, and what was changed here stays over it: saving once more is then a decision.
 * `send` takes the body, adds the version, checks both and saves them; what is wrong with a field stands in `errors` by its name.
 */
export function useSettingsForm<Values extends object, Answer extends { version: number }>({ path, settings, valuesOf, schema, success, onSaved }: SettingsForm<Values, Answer>) {
  const form = ref(valuesOf(settings())) as Ref<Values>
  const saved = shallowRef({ values: valuesOf(settings()), version: settings().version })
  const isDirty = computed(() => !isSame(form.value, saved.value.values))
  const { run, pending, problem: refusal, fieldErrors } = useAction()
  const problem = computed(() => (refusal.value?.code === CONFLICT.code ? { ...refusal.value, diagnosis: CONFLICT } : refusal.value))
  let awaitsTheirs = false
  const formErrors = ref<Record<string, string>>({})
  const errors = computed<Record<string, string>>(() => ({ ...fieldErrors.value, ...formErrors.value }))

  watch(form, () => { formErrors.value = {} }, { deep: true })
  // Another part of the group may be saved elsewhere on the page. Only a change of what is edited here, under unsaved input, is a conflict.
  watch(() => settings().version, () => {
    if (!isDirty.value) startFrom(settings())
    else if (awaitsTheirs || isSame(valuesOf(settings()), saved.value.values)) takeOver(settings())
    awaitsTheirs = false
  })

  function startFrom(answer: Answer) {
    form.value = valuesOf(answer)
    saved.value = { values: valuesOf(answer), version: answer.version }
  }

  /** What was changed here stays; the rest is as it is in force. */
  function takeOver(answer: Answer) {
    const [before, current] = [saved.value.values, valuesOf(answer)]
    const changed = Object.entries(form.value).filter(([name, value]) => !isSame([value], [Reflect.get(before, name)]))
    form.value = { ...current, ...Object.fromEntries(changed) }
    saved.value = { values: current, version: answer.version }
  }

  async function send(values: object) {
    const checked = checkInput(schema, { ...values, version: saved.value.version })
    formErrors.value = checked.errors ?? {}
    if (!checked.input) return nextTick(() => focusField(Object.keys(formErrors.value)))
    const body = checked.input
    const answer = await run(() => sendJson<Answer>(path, { method: 'PUT', body }), { success, onProblem })
    if (!answer) return
    startFrom(answer)
    onSaved()
  }

  function onProblem({ code }: RequestProblem) {
    if (code !== CONFLICT.code) return
    // What they saved may stand on the page already: then reading it again changes nothing.
    awaitsTheirs = settings().version === saved.value.version
    takeOver(settings())
    onSaved()
  }

  return { form, isDirty, send, pending, problem, errors }
}

const isSame = (one: object, other: object) => JSON.stringify(one) === JSON.stringify(other)
