import { describe, expect, it } from 'vitest'
import type { Plan } from '#shared/schemas/plans'

const plan = {
  id: '019a0000-0000-7000-8000-0000000000b1', name: 'Small', description: '', isActive: true, updatedAt: '2026-11-01T00:00:00.000Z',
  features: { virtfusion_package_id: 1, virtfusion_user_id: 2, virtfusion_hypervisor_id: 1 },
} as unknown as Plan

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
