declare module '#nitro-internal-virtual/server-handlers' {
  /** Every handler that Nitro found, as it mounts them: the one list of what is reachable. */
  export const handlers: { route: string, method?: string, lazy: boolean, middleware: boolean, handler: unknown }[]
}

declare module '#nitro-internal-pollyfills'
