import { getPanelHealth } from '#server/domains/panel/get-panel-health.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { PanelHealthSchema } from '#shared/schemas/panel.ts'

export default defineRoute({
  access: 'admin',
  response: PanelHealthSchema,
}, async ({ call }) => getPanelHealth(call))
