import type { DeclaredRoute } from './define-route.ts'

interface Handler { route: string, method?: string | undefined, load: () => Promise<unknown> }

/** Resolves every API handler and looks for its declaration. @throws Error naming each route that says nothing about who may call it */
export async function requireDeclaredRoutes(handlers: Handler[]): Promise<void> {
  const undeclared: string[] = []
  for (const { route, method, load } of handlers) {
    if (!isDeclared(await load())) undeclared.push(`${method?.toUpperCase() ?? 'ANY'} ${route}`)
  }
  if (undeclared.length) throw new Error(`These routes don't say who may call them; declare each with defineRoute: ${undeclared.join(', ')}`)
}

export function isDeclared(handler: unknown): handler is DeclaredRoute {
  return typeof handler === 'function' && 'route' in handler && typeof handler.route === 'object' && handler.route !== null && 'access' in handler.route
}
