import type { DiagnosisParams } from '../../../virtfusion/diagnosis/types.ts'
import { moment } from '../moment.ts'

/** The words for each code of one noun. */
export type DiagnosisWords = Record<string, (params: DiagnosisParams) => { title: string, cause: string, fix: string }>

/** A parameter as text; what is missing reads as a dash rather than as "undefined". */
export function say(params: DiagnosisParams, name: string): string {
  const value = params[name]
  return value === undefined || value === null || value === '' ? '–' : String(value)
}

/** A point in time; a dash where there is none. */
export const when = (params: DiagnosisParams, name: string): string => moment(params[name]) || '–'

/** A duration for people, in the largest unit of which there are two. */
export function span(params: DiagnosisParams, name: string): string {
  const seconds = Number(params[name] ?? 0)
  if (seconds < 120) return `${seconds} seconds`
  if (seconds < 172_800) return seconds < 7_200 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3_600)} hours`
  return `${Math.round(seconds / 86_400)} days`
}
