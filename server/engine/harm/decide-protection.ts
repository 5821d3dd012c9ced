import type { OperationKind } from '#shared/lifecycle/operations.ts'

/** A protected server keeps its disk, also when the protection came after the deletion was scheduled. */
export function decideProtection({ kind, isProtected }: { kind: OperationKind, isProtected: boolean }): 'pass' | 'refuse' {
  return isProtected && (kind === 'delete' || kind === 'rebuild') ? 'refuse' : 'pass'
}
