interface KnownRoute { method?: string | undefined, route: string }

let known: { method: string, pattern: RegExp }[] = []

/** Tells which routes there are, by Nitro's names (`/api/servers/:id`). Called once at start. */
export function setKnownRoutes(routes: KnownRoute[]): void {
  known = routes.filter(({ method, route }) => method !== undefined && !route.includes('**'))
    .map(({ method, route }) => ({ method: String(method).toUpperCase(), pattern: new RegExp(`^${route.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/:\w+/g, '[^/]+')}/?$`) }))
}

/** The methods that an address takes; empty where there is no such address. */
export function methodsAt(path: string): string[] {
  const plain = path.split('?')[0] ?? ''
  return known.filter(({ pattern }) => pattern.test(plain)).map(({ method }) => method)
}
