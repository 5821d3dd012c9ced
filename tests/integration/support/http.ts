import { readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { createApp, createRouter, defineEventHandler, toNodeListener, type RouterMethod } from 'h3'
import { adoptApp } from '../../../server/boot.ts'
import type { Role } from '../../../shared/schemas/common.ts'
import { startSession } from '../../../server/domains/sessions/start-session.ts'
import { beginRequest } from '../../../server/utils/begin-request.ts'
import type { DeclaredRoute } from '../../../server/utils/define-route.ts'
import { setKnownRoutes } from '../../../server/utils/known-routes.ts'
import { isHttps } from '../../../server/utils/own-address.ts'
import { setSecurityHeaders } from '../../../server/utils/security-headers.ts'
import type { TestServices } from './services.ts'

const API_DIR = path.resolve('server/api')

/** One file of server/api, as Nitro would mount it. */
export interface MountedRoute { file: string, route: string, method: RouterMethod | undefined, handler: unknown }

export interface Answer { status: number, headers: Headers, text: string, body: unknown }
export interface Client {
  request(method: string, path: string, options?: { body?: unknown, headers?: Record<string, string>, signal?: AbortSignal }): Promise<Answer>
  /** The headers with which the client's next request would go out, for requests made by other means. */
  headers(): Record<string, string>
  userId: string | null
}

export interface TestHttp {
  url: string
  routes: MountedRoute[]
  /** A browser without a session. */
  anonymous(): Client
  /** A new person with that role, signed in. */
  person(role: Role, name?: string): Promise<Client>
  close(): Promise<void>
}

/** Nitro's naming: `[id]` is a parameter, `[...]` the rest, `index` the folder itself, `.get` the method. */
export function routeOf(file: string): { route: string, method: RouterMethod | undefined } {
  const [, stem = '', method] = /^(.*?)(?:\.(get|post|put|patch|delete))?\.ts$/.exec(file) ?? []
  const route = stem.replaceAll(/\[\.\.\.\w*\]/g, '**').replaceAll(/\[(\w+)\]/g, ':$1').replace(/(^|\/)index$/, '')
  return { route: `/api/${route}`.replace(/\/$/, ''), method: method as RouterMethod | undefined }
}

export async function mountedRoutes(): Promise<MountedRoute[]> {
  const files = readdirSync(API_DIR, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).sort()
  return Promise.all(files.map(async (file) => {
    const loaded = await import(path.join(API_DIR, file)) as { default: unknown }
    return { file, ...routeOf(file), handler: loaded.default }
  }))
}

/** Serves all API routes over real HTTP on `services`, as the built server would. */
export async function startHttp(services: TestServices): Promise<TestHttp> {
  adoptApp({ ...services, beginStop: () => {}, leave: () => Promise.resolve() })
  const routes = await mountedRoutes()
  setKnownRoutes(routes)
  const app = createApp()
  app.use(defineEventHandler((event) => {
    beginRequest(event, services.env)
    setSecurityHeaders(event, { isHttps: isHttps(event, services.env) })
  }))
  const router = createRouter({ preemptive: true })
  for (const { route, method, handler } of routes) router.use(route, handler as DeclaredRoute, method)
  app.use(router)
  const server = createServer(toNodeListener(app))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    url,
    routes,
    anonymous: () => createClient(url),
    async person(role, name = role) {
      const user = await services.db.user.create({ data: { email: `${crypto.randomUUID()}@example.com`, name, role }, select: { id: true, role: true } })
      const { token } = await startSession(services.db, services, user, { ipAddress: '127.0.0.1', userAgent: 'test' })
      return createClient(url, { token, userId: user.id })
    },
    close: () => new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }
}

/** Keeps the session cookie like a browser. */
export function createClient(url: string, known?: { token: string, userId: string }): Client {
  let cookie = known ? `berth-session=${known.token}` : ''
  const headers = (): Record<string, string> => (cookie ? { cookie } : {})
  return {
    userId: known?.userId ?? null,
    headers,
    async request(method, requestPath, options = {}) {
      const isRaw = typeof options.body === 'string'
      const response = await fetch(url + requestPath, {
        method,
        redirect: 'manual',
        headers: { ...headers(), ...(options.body === undefined ? {} : { 'content-type': 'application/json' }), ...options.headers },
        ...(options.body === undefined ? {} : { body: isRaw ? String(options.body) : JSON.stringify(options.body) }),
        ...(options.signal ? { signal: options.signal } : {}),
      })
      for (const set of response.headers.getSetCookie()) {
        const [pair = ''] = set.split(';')
        cookie = /Max-Age=0/i.test(set) || pair.endsWith('=') ? '' : pair
      }
      const text = await response.text()
      return { status: response.status, headers: response.headers, text, body: text && response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : null }
    },
  }
}
