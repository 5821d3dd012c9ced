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
  const saved = ref(fromPlan(plan))
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
  const isDirty = computed(() => JSON.stringify(draft.value) !== JSON.stringify(saved.value))

  /** The plan as the API takes it, or null when something does not fit yet; then every error shows. */
  function check(): CreatePlan | null {
    isChecked.value = true
    return parsed.value.success ? parsed.value.data : null
  }

  function reset(current: Plan | null) {
    draft.value = fromPlan(current)
    saved.value = fromPlan(current)
    isChecked.value = false
  }

  /** The plan was switched on or off beside the form: that is in force and no change to be saved, and what is typed stays. */
  function takeSwitch(isActive: boolean) {
    draft.value.isActive = isActive
    saved.value.isActive = isActive
  }

  return { draft, errors, isDirty, check, reset, takeSwitch }
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
