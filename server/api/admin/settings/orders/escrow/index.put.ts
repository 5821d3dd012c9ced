import { ChangeModeSchema, EscrowSchema } from '#shared/schemas/escrow.ts'
import { changeMode } from '#server/domains/escrow/change-mode.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute(
  { access: 'admin', body: ChangeModeSchema, response: EscrowSchema },
  async ({ call, body }) => changeMode(call, body),
)
