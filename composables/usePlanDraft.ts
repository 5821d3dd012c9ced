import { CreatePlanSchema, type CreatePlan, type Plan, type UpdatePlan } from '#shared/schemas/plans.ts'

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
  /** The version that `saved` is. */
  const shownAt = ref(plan?.updatedAt)
  const clashed = ref<string[]>([])
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
  const isDirty = computed(() => !isSame(draft.value, saved.value))
  /** What somebody else has changed as well, with the value that stands there now: saving puts another one in its place. */
  const overwrites = computed(() => {
    const [mine, theirs] = [flat(draft.value), flat(saved.value)]
    return clashed.value.filter((key) => !isSame(mine[key], theirs[key])).map((key) => ({ key, theirs: theirs[key] }))
  })

  /** The plan as the API takes it, or null when something does not fit yet; then every error shows. */
  function check(): CreatePlan | null {
    isChecked.value = true
    return parsed.value.success ? parsed.value.data : null
  }

  /** What was changed here and nothing else, with the version that it was changed from; null as `check`. */
  function checkChanges(): UpdatePlan | null {
    const whole = check()
    if (whole === null) return null
    const { name, description, isActive } = whole
    const [mine, base] = [{ name, description, isActive }, saved.value]
    return {
      ...Object.fromEntries(Object.entries(mine).filter(([field, value]) => !isSame(value, flat(base)[field]))),
      ...(isSame(draft.value.features, base.features) ? {} : { features: whole.features }),
      updatedAt: shownAt.value,
    }
  }

  function reset(current: Plan | null) {
    draft.value = fromPlan(current)
    saved.value = fromPlan(current)
    shownAt.value = current?.updatedAt
    clashed.value = []
    isChecked.value = false
  }

  /** The plan was read again: what was not touched here follows it, what is typed stays. */
  function follow(current: Plan) {
    const [mine, base, theirs] = [draft.value, saved.value, fromPlan(current)]
    shownAt.value = current.updatedAt
    if (isSame(base, theirs)) return
    clashed.value = [...new Set([...clashed.value, ...findClashes(mine, base, theirs)])]
    draft.value = merge(mine, base, theirs)
    saved.value = theirs
  }

  return { draft, errors, isDirty, overwrites, check, checkChanges, reset, follow }
}

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

/** Every field under the name that its input has. */
function flat({ features, ...others }: PlanDraft): Record<string, unknown> {
  return { ...others, ...Object.fromEntries(Object.entries(features).map(([key, value]) => [`features.${key}`, value])) }
}

function findClashes(mine: PlanDraft, base: PlanDraft, theirs: PlanDraft): string[] {
  const [own, before, now] = [flat(mine), flat(base), flat(theirs)]
  return Object.keys({ ...before, ...own }).filter((key) => !isSame(own[key], before[key]) && !isSame(now[key], before[key]))
}

function merge(mine: PlanDraft, base: PlanDraft, theirs: PlanDraft): PlanDraft {
  const kept = <T>(own: T, before: T, now: T): T => (isSame(own, before) ? now : own)
  const features = Object.keys({ ...theirs.features, ...mine.features }).map((key) => [key, kept(mine.features[key], base.features[key], theirs.features[key])] as const)
  return {
    name: kept(mine.name, base.name, theirs.name),
    description: kept(mine.description, base.description, theirs.description),
    isActive: kept(mine.isActive, base.isActive, theirs.isActive),
    // The same object where nobody else has changed them: half a word of JSON hangs on it.
    features: isSame(base.features, theirs.features) ? mine.features : Object.fromEntries(features.filter(([, value]) => value !== undefined)),
  }
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
