import { z } from 'zod'
import { defineRoute } from '#server/utils/define-route.ts'
import { streamLiveEvents } from '#server/utils/stream-live-events.ts'

/** Server-sent events: each message is a LiveEvent. The stream writes its own answer, so there is nothing to send after it. */
export default defineRoute({ access: 'signedIn', response: z.void() }, ({ call, event }) => streamLiveEvents(event, call))
