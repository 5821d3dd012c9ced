import { Ajv, type ValidateFunction } from 'ajv'
import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import type { RequestDescription } from '../../server/virtfusion/types.ts'
import { BEYOND_BODY, BEYOND_OPERATIONS, BEYOND_QUERY, COPIED_BODIES } from './support/known-differences.ts'
import { ANY, declared, offline, samples, type Sample } from './support/samples.ts'
import { describeWithSpecification, report, type JsonSchema, type SpecOperation } from './support/specification.ts'

const bodies = new Ajv({ strict: false, allErrors: true })
const parameters = new Ajv({ strict: false, coerceTypes: true })

/** The same schema, closed: a field that it does not name is a mistake. */
function closed(schema: JsonSchema): JsonSchema {
  const properties = schema.properties as Record<string, JsonSchema> | undefined
  if (!properties) return schema
  return { ...schema, additionalProperties: false, properties: Object.fromEntries(Object.entries(properties).map(([name, item]) => [name, closed(item)])) }
}

function faultsOf(sample: Sample, request: RequestDescription, operation: SpecOperation): string[] {
  const { operation: name } = sample.definition
  const url = new URL(request.path, 'https://cp.example.com')
  const names: string[] = []
  const pattern = operation.path.replace(/\{(\w+)\}/g, (_, parameter: string) => {
    names.push(parameter)
    return '([^/]+)'
  })
  const values = new RegExp(`^${pattern}$`).exec(url.pathname)
  if (!values) return [`the path ${url.pathname} does not fit ${operation.path}`]

  const given: Array<['path' | 'query', string, string]> = [
    ...names.map((parameter, index): ['path', string, string] => ['path', parameter, decodeURIComponent(values[index + 1] ?? '')]),
    ...[...url.searchParams].map(([parameter, value]): ['query', string, string] => ['query', parameter, value]),
  ]
  const faults = given.flatMap(([place, parameter, value]) => {
    const known = operation.parameters.find(item => item.in === place && item.name === parameter)
    if (!known) return `${name} ${parameter}` in BEYOND_QUERY ? [] : [`${place} parameter ${parameter} is not in the specification`]
    const check = parameters.compile({ type: 'object', properties: { value: known.schema } })
    return check({ value }) ? [] : [`${place} parameter ${parameter}: ${parameters.errorsText(check.errors)}`]
  })
  for (const item of operation.parameters) {
    if (item.isRequired && !given.some(([place, parameter]) => place === item.in && parameter === item.name)) faults.push(`${item.name} is missing`)
  }
  return [...faults, ...faultsOfBody(name, request, operation)]
}

const validators = new Map<SpecOperation, ValidateFunction>()

function faultsOfBody(name: string, request: RequestDescription, operation: SpecOperation): string[] {
  if (operation.body === null) return request.body === undefined ? [] : ['a body where the specification has none']
  if (request.body === undefined) {
    const isNeeded = Array.isArray(operation.body.required) && operation.body.required.length > 0
    return isNeeded && !COPIED_BODIES.has(name) ? ['the body is missing'] : []
  }
  const validate = validators.get(operation) ?? bodies.compile(closed(operation.body))
  validators.set(operation, validate)
  validate(request.body)
  return (validate.errors ?? []).filter(error => !(error.keyword === 'additionalProperties' && `${name} ${String(error.params.additionalProperty)}` in BEYOND_BODY))
    .map(error => `body${error.instancePath} ${error.message ?? ''} ${JSON.stringify(error.params)}`)
}

describeWithSpecification('requests', ({ operations, source }) => {
  const all = samples(ANY)
  const find = ({ definition }: Sample) => operations.find(item => item.method === definition.method && item.path === definition.path)
  const published = all.flatMap((sample) => {
    const operation = find(sample)
    return operation ? [{ name: sample.definition.operation, sample, operation }] : []
  })
  let requests = 0
  afterAll(() => report(`${source}: ${operations.length} operations, each with a client function; ${Object.keys(BEYOND_OPERATIONS).length} more known from elsewhere; ${requests} requests checked`))

  it('has a function for every operation, and none for an operation that nobody published', () => {
    const routes = new Set(all.map(({ definition }) => `${definition.method} ${definition.path}`))
    expect(operations.map(({ method, path }) => `${method} ${path}`).filter(route => !routes.has(route))).toEqual([])
    const invented = all.filter(sample => !find(sample)).map(({ definition }) => definition.operation)
    expect(invented.sort()).toEqual(Object.keys(BEYOND_OPERATIONS).filter(name => name !== 'servers.createDryRun').sort())
  })

  it('tries every function that the client declares', () => {
    expect(all.map(({ definition }) => definition.operation).sort()).toEqual(declared(offline).map(({ operation }) => operation).sort())
  })

  it.each(published)('$name sends what the specification takes', ({ sample, operation }) => {
    for (const request of sample.requests) {
      expect(faultsOf(sample, request, operation)).toEqual([])
      requests += 1
    }
  })

  it.each(published.filter(({ name, operation }) => operation.body !== null && !COPIED_BODIES.has(name)))('$name can send every field of the specification', ({ sample, operation }) => {
    const sent = new Set(sample.requests.flatMap(request => Object.keys(request.body ?? {})))
    expect(Object.keys((operation.body?.properties ?? {}) as object).filter(field => !sent.has(field))).toEqual([])
  })

  it.each(published)('$name can send every parameter of the specification that Berth has a use for', ({ name, sample, operation }) => {
    const sent = new Set(sample.requests.flatMap(request => [...new URL(request.path, 'https://cp.example.com').searchParams.keys()]))
    const unused = operation.parameters.filter(item => item.in === 'query' && !sent.has(item.name)).map(item => `${name} ${item.name}`)
    // Lists are read whole and as simple rows; dryRun=false is the default and has a function of its own.
    expect(unused.filter(entry => !['servers.list type', 'servers.list hypervisorId', 'servers.create dryRun'].includes(entry))).toEqual([])
  })

  it('sends valid bodies whichever optional fields are left out', () => {
    const optional = published.filter(({ name, operation }) => operation.body !== null && !COPIED_BODIES.has(name))
    fc.assert(fc.property(fc.constantFrom(...optional), fc.infiniteStream(fc.boolean()), ({ sample, operation }, keep) => {
      const full = sample.requests[sample.requests.length > 1 ? 1 : 0]
      if (!full || typeof full.body !== 'object' || full.body === null) return
      const required = (operation.body?.required ?? []) as string[]
      const body = Object.fromEntries(Object.entries(full.body).filter(([field]) => required.includes(field) || keep.next().value))
      expect(faultsOfBody(sample.definition.operation, { ...full, body }, operation)).toEqual([])
      requests += 1
    }), { numRuns: 500, seed: 4 })
  })

  it('needs every exception that it makes', () => {
    const queries = Object.keys(BEYOND_QUERY).filter((entry) => {
      const [name = '', parameter] = entry.split(' ')
      return !published.some(item => item.name === name && !item.operation.parameters.some(known => known.name === parameter))
    })
    expect(queries).toEqual([])
  })
})
