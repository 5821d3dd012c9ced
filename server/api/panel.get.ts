import { getPanelStatus } from '#server/domains/panel/get-panel-status.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { PanelStatusSchema } from '#shared/schemas/panel.ts'

export default defineRoute({
  access: 'signedIn',
  response: PanelStatusSchema,
}, async ({ call }) => getPanelStatus(call))
