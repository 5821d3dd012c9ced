import { z } from 'zod'
import type { DiagnosisRecord } from '../virtfusion/diagnosis/types.ts'

const RecordSchema = z.object({
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).default({}),
  setting: z.string().optional(),
  docs: z.string().optional(),
})

/** A diagnosis as a row holds it; null for none, and for what no version of Berth wrote. */
export function readDiagnosis(stored: unknown): DiagnosisRecord | null {
  if (stored === null || stored === undefined) return null
  const parsed = RecordSchema.safeParse(stored)
  return parsed.success ? { ...parsed.data } : null
}

/** A conclusion of the engine's own, by its code in `messages/en/diagnoses`. */
export function concluded(code: string, params: DiagnosisRecord['params'] = {}): DiagnosisRecord {
  return { code, params }
}

/** What the panel said, cut short. A cut may halve a character, and PostgreSQL refuses half of one in JSON. */
export const quote = (said: string, longest: number): string => said.slice(0, longest).toWellFormed()
