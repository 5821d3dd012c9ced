import type { Answer } from './answers.ts'
import type { Call } from './call.ts'
import type { PanelVersion } from '../core/settings.ts'

export interface Route {
  method: string
  /** For example `/servers/{id}/suspend`. */
  path: string
  handle: (call: Call) => Answer
  /** First panel version that has it. */
  since?: PanelVersion
  /** First panel version that no longer has it. */
  until?: PanelVersion
}

interface Node {
  fixed: Map<string, Node>
  parameter: Node | null
  /** By method, with the names of the path's parameters. */
  routes: Map<string, { route: Route, names: string[] }>
}

export interface Match { route: Route, params: Record<string, string> }

export interface Router {
  /** The route for a call; `wrong-method` when the path exists for another method. */
  find(method: string, path: string): Match | 'wrong-method' | null
}

const KEPT_PATHS = 1000
const newNode = (): Node => ({ fixed: new Map(), parameter: null, routes: new Map() })
/** One slash at the end is forgiven; a doubled slash names nothing. */
const segments = (path: string) => path.replace(/^\//, '').replace(/\/$/, '').split('/')

function walk(node: Node, parts: string[], index: number, values: string[]): { node: Node, values: string[] } | null {
  const part = parts[index]
  if (part === undefined) return node.routes.size > 0 ? { node, values } : null

  const fixed = node.fixed.get(part)
  const found = fixed && walk(fixed, parts, index + 1, values)
  if (found) return found

  return node.parameter && walk(node.parameter, parts, index + 1, [...values, part])
}

function decode(value: string) {
  try {
    return decodeURIComponent(value)
  }
  catch {
    // A malformed escape names nothing that exists.
    return value
  }
}

export function createRouter(routes: Route[]): Router {
  const root = newNode()
  for (const route of routes) {
    let node = root
    for (const part of segments(route.path)) {
      if (part.startsWith('{')) {
        node.parameter ??= newNode()
        node = node.parameter
        continue
      }
      let next = node.fixed.get(part)
      if (!next) {
        next = newNode()
        node.fixed.set(part, next)
      }
      node = next
    }
    node.routes.set(route.method, { route, names: (route.path.match(/\{[^}]+\}/g) ?? []).map(name => name.slice(1, -1)) })
  }

  function search(method: string, path: string) {
    const found = walk(root, segments(path), 0, [])
    if (!found) return null
    const known = found.node.routes.get(method)
    if (!known) return 'wrong-method'

    const params: Record<string, string> = {}
    known.names.forEach((name, index) => { params[name] = decode(found.values[index] ?? '') })

    return { route: known.route, params }
  }

  /** By method and path: callers ask for the same few again and again. */
  const known = new Map<string, ReturnType<Router['find']>>()

  return {
    find(method, path) {
      const key = `${method} ${path}`
      const kept = known.get(key)
      if (kept !== undefined) return kept
      if (known.size >= KEPT_PATHS) known.clear()
      const match = search(method, path)
      known.set(key, match)

      return match
    },
  }
}
