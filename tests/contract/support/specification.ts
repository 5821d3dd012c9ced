import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'vitest'
import { parse } from 'yaml'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Where a checkout of the shared material lies when it stands beside this one. */
const BESIDE = path.join(root, '../shared/virtfusion/openapi.yaml')

export type JsonSchema = Record<string, unknown>

export interface SpecParameter {
  name: string
  in: 'path' | 'query'
  isRequired: boolean
  schema: JsonSchema
}

export interface SpecOperation {
  method: string
  /** With placeholders, below the API's base. */
  path: string
  parameters: SpecParameter[]
  /** Schema of the body; null when none is described. */
  body: JsonSchema | null
  /** The status of success. */
  status: number
  /** The example of success; undefined when the answer has no body. */
  example: unknown
}

export interface Specification {
  source: string
  operations: SpecOperation[]
  /** Examples of refusals, by status. */
  refusals: Map<number, unknown>
}

type Node = Record<string, unknown>

/** The specification, or why there is none. A source that is named and can't be read is a failure, never a reason to skip. */
export async function readSpecification(): Promise<Specification | { reason: string }> {
  const named = process.env.VIRTFUSION_SPEC ?? ''
  if (named === '' && !existsSync(BESIDE)) {
    return { reason: 'no specification: set VIRTFUSION_SPEC to a file or address, or run `npm run test:contract -- <file>`' }
  }
  const source = named === '' ? BESIDE : named
  return collect(parse(await readText(source)) as Node, path.basename(source))
}

async function readText(source: string): Promise<string> {
  const url = URL.canParse(source) ? new URL(source) : null
  if (url === null) return readFileSync(path.resolve(root, source), 'utf8')
  if (url.protocol === 'file:') return readFileSync(url, 'utf8')
  // A test run takes nothing from the network: what it proves would change without a commit.
  if (!['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)) throw new Error(`VIRTFUSION_SPEC must be a file or a loopback address, not ${url.origin}`)
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url.href} answered ${response.status}`)
  return response.text()
}

function collect(document: Node, source: string): Specification {
  const resolve = (node: unknown): Node => {
    const found = (node ?? {}) as Node
    if (typeof found.$ref !== 'string') return found
    return resolve(found.$ref.replace(/^#\//, '').split('/').reduce<unknown>((at, key) => (at as Node)[key], document))
  }
  const bodyOf = (node: Node) => resolve(Object.values((node.content ?? {}) as Record<string, Node>)[0])
  const refusals = new Map<number, unknown>()

  const operations = Object.entries(document.paths as Record<string, Record<string, Node>>).flatMap(([route, methods]) =>
    Object.entries(methods).map(([method, node]): SpecOperation => {
      const responses = Object.entries(node.responses as Record<string, Node>).map(([status, answer]) => [Number(status), resolve(answer)] as const)
      const [status, success] = responses.find(([code]) => code < 300) ?? [0, {}]
      for (const [code, answer] of responses) if (code >= 400) refusals.set(code, exampleOf(bodyOf(answer)))
      const body = bodyOf(resolve(node.requestBody)).schema
      return {
        method: method.toUpperCase(),
        path: route,
        parameters: ((node.parameters ?? []) as unknown[]).map(resolve).map(item => ({
          name: String(item.name), in: item.in as 'path' | 'query', isRequired: item.required === true, schema: item.schema as JsonSchema,
        })),
        body: body === undefined ? null : resolve(body),
        status,
        example: exampleOf(bodyOf(success)),
      }
    }))
  return { source, operations, refusals }
}

function exampleOf(content: Node): unknown {
  const example = content.example ?? Object.values((content.examples ?? {}) as Record<string, Node>)[0]?.value
  if (example === '') return undefined
  if (typeof example !== 'string') return example
  try {
    return JSON.parse(example)
  }
  catch {
    return example // a text that is meant as one, such as that of a 401
  }
}

const found = await readSpecification()

/** A group of tests that needs the specification; without one it is one skipped test that says why. */
export function describeWithSpecification(name: string, define: (specification: Specification) => void): void {
  describe(name, () => {
    if (!('reason' in found)) return define(found)
    report(`skipped, ${found.reason}`)
    it.skip(found.reason, () => {})
  })
}

/** One line of the report that a run leaves on the console. */
export function report(line: string): void {
  process.stdout.write(`contract: ${line}\n`)
}
