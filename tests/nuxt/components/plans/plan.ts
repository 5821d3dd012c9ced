import type { Plan } from '#shared/schemas/plans'

export const planId = '01930000-0000-7000-8000-000000000001'

export function plan(changes: Partial<Plan> = {}): Plan {
  return {
    id: planId,
    name: 'VPS S',
    description: '',
    isActive: true,
    isSample: false,
    features: { virtfusion_package_id: 1, virtfusion_user_id: 2, virtfusion_hypervisor_id: 3, virtfusion_future: 'kept' },
    serverCount: 0,
    lastCheck: null,
    createdAt: '2026-11-20T10:00:00.000Z',
    updatedAt: '2026-11-20T10:00:00.000Z',
    ...changes,
  }
}
