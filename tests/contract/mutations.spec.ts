import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { VirtFusionError } from '../../server/virtfusion/errors.ts'
import { isObject, parse, textOf } from './support/answers.ts'
import { ANY, samples, type Declared } from './support/samples.ts'
import { describeWithSpecification, report } from './support/specification.ts'

const RUNS = 10_000
const SEED = 20_250_120

type Path = string[]
type Change = { kind: 'drop' | 'rename' } | { kind: 'retype' | 'add', value: unknown }
type Whole = { kind: 'html' | 'truncate', at: number }

const replacement = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(null, '', [], {}, 0, 1, -1, 1.5, '0', '7', '7.5', true, false, 'x', 1e21, '∞', '1e3', ' 7', '007', '9'.repeat(16)),
)
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.constantFrom<Change>({ kind: 'drop' }, { kind: 'rename' }),
  replacement.map((value): Change => ({ kind: 'retype', value })),
  replacement.map((value): Change => ({ kind: 'add', value })),
)
const whole: fc.Arbitrary<Whole> = fc.record({ kind: fc.constantFrom('html', 'truncate'), at: fc.nat() })

/** A place in the value, found by walking down as chance has it; shallow places, where the ids lie, are met often. */
function place(value: unknown, draws: readonly number[]): Path {
  const path: Path = []
  let at = value
  for (const draw of draws) {
    if (typeof at !== 'object' || at === null) break
    const keys = Object.keys(at)
    const key = keys[draw % Math.max(1, keys.length)]
    if (key === undefined) break
    path.push(key)
    at = Reflect.get(at, key)
  }
  return path
}

function apply(body: unknown, path: Path, { kind, ...rest }: Change): unknown {
  const last = path.at(-1)
  if (last === undefined) return kind === 'retype' && 'value' in rest ? rest.value : body
  const parent = path.slice(0, -1).reduce<unknown>((at, key) => Reflect.get(at as object, key), body) as Record<string, unknown>
  if (kind === 'rename') parent[`${last}_`] = parent[last]
  if (kind === 'drop' || kind === 'rename') Reflect.deleteProperty(parent, last)
  if (kind === 'retype' && 'value' in rest) parent[last] = rest.value
  if (kind === 'add' && 'value' in rest) parent[`extra_${last}`] = rest.value
  return body
}

/** What stands in the body where a result's own id comes from. */
function sourceOf(body: unknown): unknown {
  return isObject(body) ? body.data : undefined
}

const isSameId = (read: unknown, source: unknown) => typeof read === 'number' && Number.isSafeInteger(read) && read > 0
  && (source === read || (typeof source === 'string' && /^\d{1,15}$/.test(source) && Number(source) === read))

/** Ids by which callers act: of the record itself, of each row, of a task to follow. */
function checkIds(result: unknown, source: unknown): void {
  const rows: unknown = isObject(result) && Array.isArray(result.items) ? result.items : result
  if (Array.isArray(rows)) {
    const from = Array.isArray(source) ? source : Object.values(isObject(source) ? source : {})
    return rows.forEach((row, index) => checkIds(row, from[index]))
  }
  if (!isObject(rows)) return
  for (const [name, aliases] of [['id', ['id']], ['queueId', ['queueId']], ['ownerId', ['ownerId', 'owner']], ['serverId', ['serverId']]] as const) {
    const read = rows[name]
    if (read === undefined || read === null) continue
    const values = aliases.map(alias => (isObject(source) ? source[alias] : undefined))
    expect(values.some(value => isSameId(read, value)), `${name} ${JSON.stringify(read)} from ${JSON.stringify(values)}`).toBe(true)
  }
}

describeWithSpecification('mutated answers', ({ operations }) => {
  const cases = samples(ANY).flatMap(({ definition }) => {
    const operation = operations.find(item => item.method === definition.method && item.path === definition.path)
    return operation?.example === undefined ? [] : [{ definition, example: operation.example, status: operation.status }]
  })
  const tally = { read: 0, refused: 0 }
  afterAll(() => report(`${tally.read + tally.refused} mutated answers (seed ${SEED}): ${tally.read} read, ${tally.refused} refused, none with a wrong id`))

  function readOrRefuse(definition: Declared, text: string, status: number): unknown {
    try {
      const result = parse(definition, text, status)
      tally.read += 1
      return result
    }
    catch (error) {
      expect(error).toBeInstanceOf(VirtFusionError)
      expect(error).toMatchObject({ kind: 'unreadable', effect: definition.method === 'GET' ? 'none' : 'unknown' })
      tally.refused += 1
      return null
    }
  }

  it(`${RUNS} times: never crash, and never yield an id that the panel did not give`, () => {
    const steps = fc.array(fc.tuple(fc.array(fc.nat(), { minLength: 1, maxLength: 6 }), change), { minLength: 1, maxLength: 3 })
    fc.assert(fc.property(fc.constantFrom(...cases), fc.oneof({ weight: 9, arbitrary: steps }, { weight: 1, arbitrary: whole }), ({ definition, example, status }, what) => {
      if (!Array.isArray(what)) {
        const text = textOf(example)
        const cut = what.kind === 'html' ? `<!doctype html><title>Sign in</title>${text}` : text.slice(0, 1 + what.at % Math.max(1, text.length - 1))
        const result = readOrRefuse(definition, cut, status)
        if (text.length > 2) expect(result ?? null).toBeNull()
        return
      }
      const body = what.reduce<unknown>((at, [draws, step]) => apply(at, place(at, draws), step), structuredClone(example))
      // Absent is how a field that was set to undefined travels.
      const text = textOf(body)
      checkIds(readOrRefuse(definition, text, status), sourceOf(text === '' ? undefined : JSON.parse(text)))
    }), { numRuns: RUNS, seed: SEED })
    expect(tally.read + tally.refused).toBe(RUNS)
    expect(Math.min(tally.read, tally.refused)).toBeGreaterThan(RUNS / 10)
  })
})
