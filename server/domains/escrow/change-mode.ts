import type { z } from 'zod'
import type { ChangeMode, EscrowSchema } from '#shared/schemas/escrow.ts'
import type { Call } from '../../context.ts'
import { conflict } from '../../errors.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { readGroup, writeGroup } from '../settings/registry.ts'
import { getEscrow } from './get-escrow.ts'

/** Chooses how new orders are sent; those under way stay as they were asked. @throws AppError conflict where the probe has not passed on this connection */
export async function changeMode(call: Call, { mode }: ChangeMode): Promise<z.input<typeof EscrowSchema>> {
  const { passedAt } = await getEscrow(call)
  if (mode === 'escrow' && passedAt === null) throw conflict('The check has to pass on this connection first.', 'probe_not_passed')
  await call.db.$transaction(async (tx) => {
    const before = await readGroup(tx, 'create')
    if (before.value.mode === mode) return
    await writeGroup(tx, 'create', { ...before.value, mode }, { expectedVersion: before.version, updatedById: call.user.id })
    await recordAudit(tx, call, { action: 'settings.create_mode_changed', entity: 'settings', entityId: 'create', entityName: 'Orders', before: { mode: before.value.mode }, after: { mode } })
  })
  return getEscrow(call)
}
