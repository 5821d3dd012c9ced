import { z } from 'zod'
import { CreateModeSchema } from '#shared/schemas/engine-settings.ts'
import { FeaturesSchema, OverridesSchema } from '#shared/schemas/features.ts'
import { OwnerModeSchema } from '#shared/schemas/settings.ts'
import type { Db, Services } from '../../context.ts'
import { notFound } from '../../errors.ts'
import { readCreateMode } from '../../domains/settings/read-create-mode.ts'
import { readGroup } from '../../domains/settings/registry.ts'

/** What was ordered, frozen when it was asked for: a plan that changes later changes nothing for this order. */
export const OrderSchema = z.object({
  features: FeaturesSchema,
  overrides: OverridesSchema,
  ownerMode: OwnerModeSchema,
  /** How it is sent. Orders from before the choice existed are direct. */
  mode: CreateModeSchema.default('direct'),
  /** The template to install; null leaves the server unbuilt. */
  operatingSystemId: z.number().int().positive().nullable(),
})
export type Order = z.output<typeof OrderSchema>

/** Reads what the order consists of at this moment. `asked` is the template that the order itself names. @throws AppError not_found, or ZodError for a plan that can't be ordered */
export async function freezeOrder(db: Db, services: Pick<Services, 'env' | 'vault'>, { serverId, asked }: { serverId: string, asked: number | null }): Promise<Order> {
  const server = await db.server.findUnique({ where: { id: serverId }, select: { overrides: true, operatingSystemId: true, plan: { select: { features: true } } } })
  if (!server) throw notFound()
  const features = FeaturesSchema.parse(server.plan.features)
  const { value } = await readGroup(db, 'virtfusion')
  return {
    features,
    overrides: OverridesSchema.parse(server.overrides),
    ownerMode: value.ownerMode,
    mode: (await readCreateMode({ ...services, db })).inForce,
    operatingSystemId: asked ?? server.operatingSystemId ?? features.virtfusion_operating_system_id ?? null,
  }
}
