import { getInvitation } from '#server/domains/invitations/get-invitation.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { InvitationSchema, InvitationTokenParamsSchema } from '#shared/schemas/auth.ts'

export default defineRoute({ access: 'anyone', params: InvitationTokenParamsSchema, response: InvitationSchema }, ({ call, params }) => getInvitation(call, params.token))
