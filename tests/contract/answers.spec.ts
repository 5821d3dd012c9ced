import { afterAll, expect, it } from 'vitest'
import { isObject, parse, textOf } from './support/answers.ts'
import { BEYOND_ANSWERS, KNOWN_LOSSES } from './support/known-differences.ts'
import { ANY, samples } from './support/samples.ts'
import { describeWithSpecification, report } from './support/specification.ts'

/** Names on the wire of fields that we call otherwise. */
const ALIASES: Readonly<Record<string, string>> = {
  ownerId: 'owner', commissionStatus: 'commissioned', eolDate: 'eol_date', eolWarning: 'eol_warning', deployType: 'deploy_type',
  page: 'current_page', lastPage: 'last_page', items: 'data',
}

const isEmpty = (value: unknown) => value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)

interface Findings {
  /** Read as unknown or empty, although the example has a value. */
  lost: Set<string>
  seen: Set<string>
  /** Read from a field that the example does not have. */
  unseen: Set<string>
}

/** Lays what we read beside the example, field by field. */
function compare(read: unknown, example: unknown, path: string, findings: Findings): void {
  if (Array.isArray(read)) {
    const rows = Array.isArray(example) ? example : Object.values(isObject(example) ? example : {})
    if (rows.length !== read.length) findings.lost.add(`${path} (${read.length} of ${rows.length} rows)`)
    return read.forEach((row, index) => compare(row, rows[index], path, findings))
  }
  if (!isObject(read)) return
  const source = isObject(example) ? example : {}
  for (const [key, value] of Object.entries(read)) {
    const wire = key in source ? key : ALIASES[key] ?? key
    const place = path === '' ? key : `${path}.${key}`
    if (!(wire in source)) {
      findings.unseen.add(place)
      continue
    }
    findings.seen.add(place)
    if (isEmpty(value) && !isEmpty(source[wire])) findings.lost.add(place)
    else compare(value, source[wire], place, findings)
  }
}

describeWithSpecification('example answers', ({ operations, source }) => {
  const rows = samples(ANY).flatMap(({ definition }) => {
    const operation = operations.find(item => item.method === definition.method && item.path === definition.path)
    return operation && definition.operation !== 'servers.createDryRun' ? [{ name: definition.operation, definition, operation }] : []
  })
  const withBody = rows.filter(({ operation }) => operation.example !== undefined)
  let fields = 0
  afterAll(() => report(`${source}: ${withBody.length} example answers read, ${rows.length - withBody.length} empty ones accepted; ${fields} fields compared`))

  const resultOf = ({ definition, operation }: (typeof rows)[number]) => {
    const result = parse(definition, textOf(operation.example), operation.status)
    const findings: Findings = { lost: new Set(), seen: new Set(), unseen: new Set() }
    const { example } = operation
    const isWrapped = isObject(example) && 'data' in example && !('current_page' in example)
    if (result !== undefined) compare(result, isWrapped ? example.data : example, '', findings)
    return { result, findings }
  }

  it.each(rows)('$name reads the example, and loses nothing that it looks for', (row) => {
    const { result, findings } = resultOf(row)
    fields += JSON.stringify(result)?.match(/":/g)?.length ?? 0
    expect([...findings.lost].filter(place => !(`${row.name} ${place}` in KNOWN_LOSSES))).toEqual([])
  })

  it('reads no field that the examples of its resource never show, but those known from elsewhere', () => {
    const resourceOf = (name: string) => name.split('.')[0] ?? ''
    const all = rows.map(row => ({ name: row.name, ...resultOf(row).findings }))
    const shown = new Set(all.flatMap(({ name, seen }) => [...seen].map(place => `${resourceOf(name)} ${place}`)))
    const unshown = new Set(all.flatMap(({ name, unseen }) => [...unseen].map(place => `${resourceOf(name)} ${place}`)).filter(entry => !shown.has(entry)))
    expect([...unshown].sort()).toEqual(Object.keys(BEYOND_ANSWERS).sort())
  })

  it.each(withBody)('$name lets no secret of the example out', ({ definition, operation }) => {
    const secrets = secretsIn(operation.example)
    const seen = JSON.stringify(parse(definition, textOf(operation.example), operation.status)) ?? ''
    // Two answers are made to hand a secret to the person who asked for it.
    if (['servers.resetPassword', 'servers.getVnc', 'servers.setVnc', 'users.resetPassword'].includes(definition.operation)) return
    for (const secret of secrets) expect(seen).not.toContain(secret)
  })
})

/** Values that must stay inside: by name, in whatever depth. */
function secretsIn(example: unknown): string[] {
  const found: string[] = []
  JSON.stringify(example, (key, value: unknown) => {
    if (/password|encryptedToken|secret|screen|customXml/i.test(key) && typeof value === 'string' && value.length > 5) found.push(value)
    return value
  })
  return found
}
