import type { DiagnosisParams } from '../../../virtfusion/diagnosis/types.ts'
import { moment } from '../moment.ts'

/** The words for each code of one noun. */
export type DiagnosisWords = Record<string, (params: DiagnosisParams) => { title: string, cause: string, fix: string }>

const NOTHING = '–'

/** A parameter as text; what is missing reads as a dash rather than as "undefined". */
export function say(params: DiagnosisParams, name: string): string {
  const value = params[name]
  return value === undefined || value === null || value === '' ? NOTHING : String(value)
}

/** What the panel said, as a quotation without its own full stop: the sentence around it has one. A dash where it said nothing. */
export function quoted(params: DiagnosisParams, name: string): string {
  const text = say(params, name).replace(/[\s.]+$/, '')
  return text === NOTHING ? text : `“${text}”`
}

/** A point in time; a dash where there is none. */
export const when = (params: DiagnosisParams, name: string): string => moment(params[name]) || NOTHING

/** A duration for people, in the largest unit of which there are two. */
export function span(params: DiagnosisParams, name: string): string {
  const seconds = Number(params[name] ?? 0)
  if (seconds < 120) return `${seconds} seconds`
  if (seconds < 172_800) return seconds < 7_200 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3_600)} hours`
  return `${Math.round(seconds / 86_400)} days`
}
