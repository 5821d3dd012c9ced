import type { Bind } from '../call.ts'
import { defineOperation } from '../operation.ts'
import { findVersion } from '../schemas/version.ts'

/** Any good status means connected; the body is `[]`, empty or an object, and may name the version. */
export const connect = defineOperation({
  operation: 'connection.connect',
  method: 'GET',
  path: '/connect',
  output: answer => ({ version: findVersion(answer.json) }),
})

/** Since panel 7.1.0. A 503 means that one of the panel's own checks fails; it still names the version. */
export const status = defineOperation({
  operation: 'connection.status',
  method: 'GET',
  path: '/status',
  acceptedStatuses: [503],
  output: answer => ({ version: findVersion(answer.json), isHealthy: answer.status !== 503 }),
})

export function connectionResource(bind: Bind) {
  return { connect: bind(connect), status: bind(status) }
}
