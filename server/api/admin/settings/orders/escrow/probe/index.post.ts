import { BeginProbeSchema, EscrowSchema } from '#shared/schemas/escrow.ts'
import { beginProbe } from '#server/domains/escrow/begin-probe.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute(
  { access: 'admin', body: BeginProbeSchema, response: EscrowSchema, status: 202 },
  async ({ call, body }) => beginProbe(call, body),
)
