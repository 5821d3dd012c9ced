import { z } from 'zod'
import { FeaturesSchema, OverridesSchema } from '#shared/schemas/features.ts'
import { OwnerModeSchema } from '#shared/schemas/settings.ts'
import type { Db } from '../../context.ts'
import { notFound } from '../../errors.ts'
import { readGroup } from '../../domains/settings/registry.ts'

/** What was ordered, frozen when it was asked for: a plan that changes later changes nothing for this order. */
export const OrderSchema = z.object({
  features: FeaturesSchema,
  overrides: OverridesSchema,
  ownerMode: OwnerModeSchema,
  /** The template to install; null leaves the server unbuilt. */
  operatingSystemId: z.number().int().positive().nullable(),
})
export type Order = z.output<typeof OrderSchema>

/** Reads what the order consists of at this moment. `asked` is the template that the order itself names. @throws AppError not_found, or ZodError for a plan that can't be ordered */
export async function freezeOrder(db: Db, serverId: string, asked: number | null): Promise<Order> {
  const server = await db.server.findUnique({ where: { id: serverId }, select: { overrides: true, operatingSystemId: true, plan: { select: { features: true } } } })
  if (!server) throw notFound()
  const features = FeaturesSchema.parse(server.plan.features)
  const { value } = await readGroup(db, 'virtfusion')
  return {
    features,
    overrides: OverridesSchema.parse(server.overrides),
    ownerMode: value.ownerMode,
    operatingSystemId: asked ?? server.operatingSystemId ?? features.virtfusion_operating_system_id ?? null,
  }
}
