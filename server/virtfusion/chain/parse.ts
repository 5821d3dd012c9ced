import { ContractError, type Answer } from '../operation.ts'
import { nothing } from '../schemas/outputs.ts'
import { readBody, type AnswerBody } from './answer-body.ts'
import { unreadableAnswer } from './error.ts'
import type { WireAnswer, WireRequest } from './link.ts'

/**
 * The outermost link: an answer with a good status becomes a result, or an error that says why it can't be used. It stands
 * outside the retry, because what can't be read once can't be read the second time either. `body`: what `readBody` made of its text,
 * where that is known.
 */
export function parseAnswer<Result>(
  operation: { output: (answer: Answer) => Result },
  request: WireRequest,
  answer: WireAnswer,
  origin: string,
  body: AnswerBody = readBody(answer.text),
): Result {
  if (body.form === 'html') throw unreadableAnswer(request, answer, 'an HTML page came instead of JSON')
  // Nobody reads an answer that says nothing, so a word such as "OK" takes nothing from its status.
  const output: unknown = operation.output
  if (body.form === 'text' && output !== nothing) throw unreadableAnswer(request, answer, 'the answer is not JSON')
  try {
    return operation.output({ ...body, status: answer.status, request, origin })
  }
  catch (error) {
    if (error instanceof ContractError) throw unreadableAnswer(request, answer, error.message)
    throw error
  }
}
