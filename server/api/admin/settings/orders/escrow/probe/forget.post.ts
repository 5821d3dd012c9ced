import { EscrowSchema } from '#shared/schemas/escrow.ts'
import { forgetLeftovers } from '#server/domains/escrow/forget-leftovers.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute(
  { access: 'admin', response: EscrowSchema },
  async ({ call }) => forgetLeftovers(call),
)
