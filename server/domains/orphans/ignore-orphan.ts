import type { z } from 'zod'
import type { IgnoreOrphan, OrphanSchema } from '#shared/schemas/orphans.ts'
import type { Call } from '../../context.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { describeOrphans } from './load-orphans.ts'
import { takeOrphan } from './take-orphan.ts'

/** Leaves a remote server to nobody, with a reason. It stays listed as ignored. @throws AppError not_found, conflict */
export async function ignoreOrphan(call: Call, id: string, { reason }: IgnoreOrphan): Promise<z.input<typeof OrphanSchema>> {
  const orphan = await call.db.$transaction(async (tx) => {
    await takeOrphan(tx, id)
    const ignored = await tx.orphan.update({ where: { id }, data: { state: 'ignored', reason, decidedById: call.user.id, decidedAt: call.now() } })
    await recordAudit(tx, call, {
      action: 'orphan.ignored', entity: 'orphan', entityId: id, entityName: ignored.name || ignored.virtfusionUuid,
      after: { reason, virtfusionServerId: ignored.virtfusionServerId, virtfusionUuid: ignored.virtfusionUuid },
    })
    return ignored
  })
  return (await describeOrphans(call.db, [orphan]))(orphan)
}
