import { CreatePlanSchema, type CreatePlan, type Plan } from '#shared/schemas/plans.ts'

export interface PlanDraft {
  name: string
  description: string
  isActive: boolean
  /** May hold text where a number belongs, so that what was typed stays and its error can name it. */
  features: Record<string, unknown>
}

/** A plan while it is being written: judged by the schema that the API uses. Errors of empty fields stay back until `check` was called. */
export function usePlanDraft(plan: Plan | null) {
  const draft = ref(fromPlan(plan))
  const saved = ref(JSON.stringify(draft.value))
  const isChecked = ref(false)

  const parsed = computed(() => CreatePlanSchema.safeParse(draft.value))
  const errors = computed(() => {
    const found: Record<string, string> = {}
    for (const { path, message } of parsed.value.error?.issues ?? []) {
      const field = path.slice(0, path[0] === 'features' ? 2 : 1).join('.')
      if (isChecked.value || !isEmpty(draft.value, path)) found[field] ??= message
    }
    return found
  })
  const isDirty = computed(() => JSON.stringify(draft.value) !== saved.value)

  /** The plan as the API takes it, or null when something does not fit yet; then every error shows. */
  function check(): CreatePlan | null {
    isChecked.value = true
    return parsed.value.success ? parsed.value.data : null
  }

  function reset(current: Plan | null) {
    draft.value = fromPlan(current)
    saved.value = JSON.stringify(draft.value)
    isChecked.value = false
  }

  return { draft, errors, isDirty, check, reset }
}

function fromPlan(plan: Plan | null): PlanDraft {
  if (plan === null) return { name: '', description: '', isActive: true, features: {} }
  const { name, description, isActive, features } = plan
  return { name, description, isActive, features: { ...features } }
}

function isEmpty(draft: PlanDraft, path: PropertyKey[]): boolean {
  const value = path[0] === 'features' ? draft.features[String(path[1])] : Object.entries(draft).find(([key]) => key === path[0])?.[1]
  return value === undefined || value === null || value === ''
}
