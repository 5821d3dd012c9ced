import { cancelAlarm } from '#server/domains/safety/cancel-alarm.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'
import { AlarmDecisionSchema, DecideAlarmSchema } from '#shared/schemas/safety.ts'

export default defineRoute({
  access: 'admin',
  params: IdParamsSchema,
  body: DecideAlarmSchema,
  response: AlarmDecisionSchema,
}, async ({ call, params, body }) => cancelAlarm(call, params.id, body))
