import type { z } from 'zod'

export type Checked<T> = { input: T, errors: null } | { input: null, errors: Record<string, string> }

/** Checks a form by the schema that its route uses too. Errors map the dotted path of a field to a sentence, the first one per field. */
export function checkInput<T>(schema: z.ZodType<T>, form: unknown): Checked<T> {
  const parsed = schema.safeParse(form)
  if (parsed.success) return { input: parsed.data, errors: null }

  const errors: Record<string, string> = {}
  for (const issue of parsed.error.issues) errors[issue.path.join('.')] ??= issue.message
  return { input: null, errors }
}
