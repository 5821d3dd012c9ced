import type { OwnerMode } from '#shared/schemas/settings.ts'
import type { Call } from '../../context.ts'
import type { FeaturesInUse } from './judge-needs.ts'
import { readCreateMode } from './read-create-mode.ts'
import { readGroup } from './registry.ts'

/** What this Berth is used for: from its plans, servers and operations. */
export async function readFeaturesInUse(call: Call, ownerMode: OwnerMode): Promise<FeaturesInUse> {
  const { db } = call
  const [plans, installed, kinds, reset, identity, createMode] = await Promise.all([
    db.plan.findMany({ where: { isActive: true }, select: { features: true } }),
    db.server.findFirst({ where: { operatingSystemId: { not: null }, lifecycle: { not: 'deleted' } }, select: { id: true } }),
    db.operation.groupBy({ by: ['kind'] }),
    db.provisioningLog.findFirst({ where: { action: 'servers.resetPassword' }, select: { id: true } }),
    readGroup(db, 'identity'),
    readCreateMode(call),
  ])
  return {
    ownerMode,
    createMode: createMode.inForce,
    installs: installed !== null || plans.some(({ features }) => namesTemplate(features)),
    kinds: kinds.map(({ kind }) => kind),
    resetsPasswords: reset !== null,
    keepsWitness: identity.value.keepsWitness,
  }
}

function namesTemplate(features: unknown): boolean {
  return typeof features === 'object' && features !== null && 'virtfusion_operating_system_id' in features && typeof features.virtfusion_operating_system_id === 'number'
}
