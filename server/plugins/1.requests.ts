import { defineNitroPlugin } from 'nitropack/runtime'
import { readEnv } from '../env.ts'
import { rootLog } from '../log.ts'
import { beginRequest } from '../utils/begin-request.ts'
import { loggedPath, logAccess } from '../utils/log-access.ts'
import { setSecurityHeaders } from '../utils/security-headers.ts'

export default defineNitroPlugin((nitro) => {
  let isHttps: boolean | undefined
  nitro.hooks.hook('request', (event) => {
    isHttps ??= readEnv().PUBLIC_URL?.startsWith('https:') ?? false
    beginRequest(event)
    setSecurityHeaders(event, { isHttps })
    logAccess(event)
  })

  // A page that breaks is silent otherwise. API routes log their own failures, where the problem is made.
  nitro.hooks.hook('error', (error, { event }) => {
    if ('statusCode' in error && Number(error.statusCode) < 500) return
    rootLog().error({ err: error, requestId: event?.context.requestId, path: event && loggedPath(event.path) }, 'page failed')
  })
})
