import { EscrowSchema } from '#shared/schemas/escrow.ts'
import { beginCleanUp } from '#server/domains/escrow/begin-clean-up.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute(
  { access: 'admin', response: EscrowSchema, status: 202 },
  async ({ call }) => beginCleanUp(call),
)
