import { z } from 'zod'
import { AppError } from '#server/errors.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { methodsAt } from '#server/utils/known-routes.ts'

/** Whatever under /api no route answers: an unknown address, or a known one with another method. */
export default defineRoute({ access: 'anyone', response: z.never() }, async ({ event }) => {
  const allowed = methodsAt(event.path)
  if (allowed.length === 0) throw new AppError('not_found', 'There is nothing at this address.')
  event.node.res.setHeader('allow', allowed.join(', '))
  throw new AppError('method_not_allowed', `This address takes ${allowed.join(' or ')} only.`)
})
