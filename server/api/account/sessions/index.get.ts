import { listSessions } from '#server/domains/account/list-sessions.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { SessionListSchema } from '#shared/schemas/auth.ts'

export default defineRoute({ access: 'signedIn', response: SessionListSchema }, async ({ call }) => ({ items: await listSessions(call), nextCursor: null }))
