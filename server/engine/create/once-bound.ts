import type { CreateMemory } from './memory.ts'

/** The step of an order whose server is known: one that was sent for a throw-away user is handed over before anything is built. */
export function onceBound({ escrow }: Pick<CreateMemory, 'escrow'>): 'transfer' | 'install' {
  return escrow ? 'transfer' : 'install'
}
