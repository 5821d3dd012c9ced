import { Refusal } from './answers.ts'
import type { Readings } from '../core/settings.ts'

interface NumberRule { min?: number, max?: number }

/** Whether a value is an object that is no list. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `operatingSystemId` -> `operating system id`, as a validator's sentence writes a field. */
const words = (field: string) => field.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)

/** Reads a request body field by field and collects every complaint; `done` throws the 422. */
export class FieldReader {
  private readonly body: Record<string, unknown>
  private readonly validation: Readings['validation']
  private readonly complaints: { field: string, text: string }[] = []

  constructor(body: unknown, validation: Readings['validation']) {
    this.body = isRecord(body) ? body : {}
    this.validation = validation
  }

  complain(field: string, text: string) {
    this.complaints.push({ field, text })
  }

  has(field: string) {
    return this.body[field] !== undefined && this.body[field] !== null
  }

  private require(field: string) {
    this.complain(field, `The ${words(field)} field is required.`)
  }

  optionalInteger(field: string, { min = -Infinity, max = Infinity }: NumberRule = {}): number | null {
    if (!this.has(field)) return null

    const raw = this.body[field]
    // The panel takes digits in quotes as a number too.
    const value = typeof raw === 'string' && /^-?\d+$/.test(raw) ? Number(raw) : raw
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      this.complain(field, `The ${words(field)} must be an integer.`)
      return null
    }
    if (value < min) this.complain(field, `The ${words(field)} must be at least ${min}.`)
    if (value > max) this.complain(field, `The ${words(field)} may not be greater than ${max}.`)

    return value
  }

  integer(field: string, rule: NumberRule = {}): number {
    if (!this.has(field)) this.require(field)

    return this.optionalInteger(field, rule) ?? 0
  }

  optionalNumber(field: string): number | null {
    if (!this.has(field)) return null

    const value = Number(this.body[field])
    if (Number.isFinite(value)) return value
    this.complain(field, `The ${words(field)} must be a number.`)

    return null
  }

  optionalText(field: string, { min = 0, max = 1000 }: NumberRule = {}): string | null {
    if (!this.has(field)) return null

    const value = this.body[field]
    if (typeof value !== 'string') {
      this.complain(field, `The ${words(field)} must be a string.`)
      return null
    }
    if (value.length < min) this.complain(field, `The ${words(field)} must be at least ${min} characters.`)
    if (value.length > max) this.complain(field, `The ${words(field)} may not be greater than ${max} characters.`)

    return value
  }

  text(field: string, rule: NumberRule = {}): string {
    if (!this.has(field)) this.require(field)

    return this.optionalText(field, rule) ?? ''
  }

  optionalBoolean(field: string): boolean | null {
    if (!this.has(field)) return null

    const value = this.body[field]
    if (value === true || value === 1 || value === '1') return true
    if (value === false || value === 0 || value === '0') return false
    this.complain(field, `The ${words(field)} field must be true or false.`)

    return null
  }

  boolean(field: string): boolean {
    if (!this.has(field)) this.require(field)

    return this.optionalBoolean(field) ?? false
  }

  choice<Value extends string>(field: string, values: readonly Value[]): Value | null {
    const value = this.text(field)
    const found = values.find(candidate => candidate === value)
    if (found === undefined && this.has(field)) this.complain(field, `The selected ${words(field)} is invalid.`)

    return found ?? null
  }

  optionalIntegers(field: string): number[] | null {
    if (!this.has(field)) return null

    const value = this.body[field]
    if (Array.isArray(value) && value.every(entry => Number.isInteger(entry))) return value as number[]
    this.complain(field, `The ${words(field)} must be an array of integers.`)

    return null
  }

  texts(field: string): string[] {
    if (!this.has(field)) {
      this.require(field)
      return []
    }
    const value = this.body[field]
    if (Array.isArray(value) && value.every(entry => typeof entry === 'string')) return value as string[]
    this.complain(field, `The ${words(field)} must be an array.`)

    return []
  }

  /** Throws the 422 with every complaint so far. */
  done() {
    if (this.complaints.length === 0) return
    if (this.validation === 'list') throw new Refusal(422, { errors: this.complaints.map(({ text }) => text) })

    const errors: Record<string, string[]> = {}
    for (const { field, text } of this.complaints) errors[field] = [...errors[field] ?? [], text]
    throw new Refusal(422, { message: this.complaints[0]?.text, errors })
  }
}
