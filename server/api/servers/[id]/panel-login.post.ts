import { signInAtPanel } from '#server/domains/servers/sign-in-at-panel.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'
import { PanelLoginSchema } from '#shared/schemas/servers.ts'

export default defineRoute({
  access: 'customer',
  params: IdParamsSchema,
  response: PanelLoginSchema,
}, async ({ call, params }) => signInAtPanel(call, params.id))
