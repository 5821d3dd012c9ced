import type { Bind } from '../call.ts'
import { defineOperation, definedFields, requireId } from '../operation.ts'
import { RescueSchema } from '../schemas/extras.ts'
import { data, nothing } from '../schemas/outputs.ts'

const byServer = (serverId: number) => ({ params: { serverId: requireId('serverId', serverId) } })

/** `GET /servers/{serverId}/rescue`, since panel 7.1.0. Whether a session is active, and how to sign in to it. */
const getRescue = defineOperation({
  operation: 'rescue.get', method: 'GET', path: '/servers/{serverId}/rescue', input: byServer, output: data(RescueSchema),
})

/** `POST /servers/{serverId}/rescue`, since panel 7.1.0. **Restarts** the server into a rescue image. */
const startRescue = defineOperation({
  operation: 'rescue.start',
  method: 'POST',
  path: '/servers/{serverId}/rescue',
  input: (serverId: number, body: { imageId?: number, sendMail?: boolean }) => ({ ...byServer(serverId), body: definedFields(body) }),
  output: nothing,
})

export function rescueResource(bind: Bind) {
  return { get: bind(getRescue), start: bind(startRescue) }
}
