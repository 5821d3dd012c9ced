import { EscrowSchema } from '#shared/schemas/escrow.ts'
import { getEscrow } from '#server/domains/escrow/get-escrow.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute(
  { access: 'admin', response: EscrowSchema },
  async ({ call }) => getEscrow(call),
)
