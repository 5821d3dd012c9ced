import type { PanelUser } from '#shared/schemas/customers.ts'
import type { Call } from '../../context.ts'
import { listWithoutOwner } from '../operations/go-on-with-owner.ts'
import { findPanelUser } from './find-panel-user.ts'
import { getCustomer } from './get-customer.ts'

/** Who at the panel has this external relation, before anything is linked, and which stopped orders could go on with it. @throws AppError not_found, invalid_input (extRelationId), panel_unavailable */
export async function lookAtPanelUser(call: Call, id: string, extRelationId: number): Promise<PanelUser> {
  await getCustomer(call, id)
  return { ...await findPanelUser(call, id, extRelationId), orders: await listWithoutOwner(call.db, id) }
}
