import { getRequestHeader, sendNoContent } from 'h3'
import { z } from 'zod'
import { receivePanelMessage } from '#server/domains/hooks/receive-panel-message.ts'
import { requirePanelSecret } from '#server/domains/hooks/require-panel-secret.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { readJsonBody } from '#server/utils/read-input.ts'

/** Messages of the panel. Nothing of a body is read before its sender is known. */
export default defineRoute({ access: 'machine', response: z.void() }, async ({ call, event }) => {
  await requirePanelSecret(call, getRequestHeader(event, 'authorization'))
  await receivePanelMessage(call, await readJsonBody(event))
  sendNoContent(event)
})
