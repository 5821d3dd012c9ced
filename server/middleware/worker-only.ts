import { defineEventHandler } from 'h3'
import { boot } from '../boot.ts'
import { AppError } from '../errors.ts'
import { sendProblem } from '../utils/send-problem.ts'

const ALWAYS = new Set(['/api/health', '/api/ready'])

/** Nothing is answered before Berth has started; a process that only works jobs answers nothing but whether it lives. */
export default defineEventHandler(async (event) => {
  const { env } = await boot()
  if (env.WORKER !== 'only' || ALWAYS.has(event.path.split('?')[0] ?? '')) return
  return sendProblem(event, new AppError('not_found', 'This process works jobs only. Ask one that serves pages.'))
})
