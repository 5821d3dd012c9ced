import { defineNitroPlugin } from 'nitropack/runtime'
import { readEnv, type Env } from '../env.ts'
import { rootLog } from '../log.ts'
import { beginRequest } from '../utils/begin-request.ts'
import { loggedPath, logAccess } from '../utils/log-access.ts'
import { isHttps } from '../utils/own-address.ts'
import { setSecurityHeaders } from '../utils/security-headers.ts'

export default defineNitroPlugin((nitro) => {
  let env: Env | undefined
  nitro.hooks.hook('request', (event) => {
    env ??= readEnv()
    beginRequest(event, env)
    setSecurityHeaders(event, { isHttps: isHttps(event, env) })
    logAccess(event)
  })

  // A page that breaks is silent otherwise. API routes log their own failures, where the problem is made.
  nitro.hooks.hook('error', (error, { event }) => {
    if ('statusCode' in error && Number(error.statusCode) < 500) return
    rootLog().error({ err: error, requestId: event?.context.requestId, path: event && loggedPath(event.path) }, 'page failed')
  })
})
