import type { HarmKind } from '#shared/lifecycle/harm.ts'
import { listWords } from './list-words.ts'

const servers = (count: number) => (count === 1 ? '1 server' : `${count.toLocaleString('en')} servers`)

const HARM: Record<HarmKind, (count: number) => string> = {
  delete: (count) => `delete ${servers(count)} with ${count === 1 ? 'its disk' : 'their disks'}`,
  rebuild: (count) => `erase and reinstall ${servers(count)}`,
  suspend: (count) => `suspend ${servers(count)}`,
}
/** The worst comes first. */
const ORDER: readonly HarmKind[] = ['delete', 'rebuild', 'suspend']

/** What would be done to how many, named: "Delete 3 servers with their disks and suspend 1 server". Empty for none. */
export function describeHarm(operations: readonly { kind: HarmKind }[]): string {
  const text = listWords(ORDER.flatMap((kind) => {
    const count = operations.filter((operation) => operation.kind === kind).length
    return count > 0 ? [HARM[kind](count)] : []
  }))
  return text.charAt(0).toUpperCase() + text.slice(1)
}
