import type { H3Event } from 'h3'
import { rootLog } from '../log.ts'
import { isInternal } from './begin-request.ts'

/** The token of an invitation signs somebody in, and stands in the path. */
const SECRET_PATH = /^((?:\/api)?\/invitations?)\/[^/]+/i

/** Files of the build and probes come by the dozen and tell nothing. */
const QUIET = /^\/(_nuxt\/|api\/(health|ready)$)/

/** A path that may be logged: without query, and without what opens a door. */
export function loggedPath(path: string): string {
  return (path.split(/[?#]/)[0] ?? '').replace(SECRET_PATH, '$1/[token]')
}

/** One line when the answer is out, or when the client went away before. */
export function logAccess(event: H3Event): void {
  if (isInternal(event)) return
  const { req, res } = event.node
  const startedAt = performance.now()
  const path = loggedPath(event.path)
  res.once('close', () => {
    const line = { requestId: event.context.requestId, method: req.method, path, status: res.statusCode, ms: Math.round(performance.now() - startedAt), userId: event.context.userId, isAborted: res.writableFinished ? undefined : true }
    if (QUIET.test(path)) rootLog().debug(line, 'request')
    else rootLog().info(line, 'request')
  })
}
