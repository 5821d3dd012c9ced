import { invalidField } from '../../errors.ts'

/** Danger is typed: the text must be the server's name or its reference. @throws AppError invalid_input for `confirm` */
export function requireConfirmation(server: { name: string, reference: string }, confirm: string): void {
  if (confirm === server.name || confirm === server.reference) return
  throw invalidField('confirm', `Type the server's name or its reference, ${server.reference}.`)
}
