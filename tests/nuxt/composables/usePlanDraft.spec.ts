import { describe, expect, it } from 'vitest'
import { plan as planOf } from '../components/plans/plan'

const plan = planOf()

describe('usePlanDraft', () => {
  it('leaves the features untouched where nobody else has changed them: what is typed as JSON hangs on them', () => {
    const { draft, follow } = usePlanDraft(plan)
    const { features } = draft.value
    follow({ ...plan, isActive: false, updatedAt: '2026-11-02T00:00:00.000Z' })
    expect(draft.value.isActive).toBe(false)
    expect(draft.value.features).toBe(features)
  })

  it('takes over what somebody else has changed, and keeps what was typed here', () => {
    const { draft, follow, overwrites } = usePlanDraft(plan)
    draft.value.features.virtfusion_memory = 2048
    follow({ ...plan, features: { ...plan.features, virtfusion_package_id: 3, virtfusion_memory: 512 }, updatedAt: '2026-11-02T00:00:00.000Z' })
    expect(draft.value.features).toMatchObject({ virtfusion_package_id: 3, virtfusion_memory: 2048 })
    expect(overwrites.value).toEqual([{ key: 'features.virtfusion_memory', theirs: 512 }])
  })
})
