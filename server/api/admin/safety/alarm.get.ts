import { getOpenAlarm } from '#server/domains/safety/get-open-alarm.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { AlarmBriefSchema } from '#shared/schemas/safety.ts'

export default defineRoute({ access: 'admin', response: AlarmBriefSchema }, async ({ call }) => getOpenAlarm(call))
