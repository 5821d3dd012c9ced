import type { RemoteName } from '../ports.ts'
import type { CreateMemory } from './memory.ts'

/** What an owner had before an order was sent, as a memory keeps it. */
export type Baseline = Pick<CreateMemory, 'baseline' | 'baselineMarks'>

/** So much of a uuid tells two servers of one number apart; an owner may have thousands, and each row of an order keeps them all. */
const markOf = ({ uuid }: RemoteName) => uuid.slice(0, 8)

export function noteBaseline(servers: readonly RemoteName[]): { baseline: number[], baselineMarks: string[] } {
  return { baseline: servers.map(({ id }) => id), baselineMarks: servers.map(markOf) }
}

/**
 * Tells whether a server was there before the order was sent. By number and uuid: a panel that comes back from a backup gives the numbers of
 * the servers that it has lost to new ones, which may be the ordered one.
 */
export function knownBefore({ baseline, baselineMarks }: Baseline): (remote: RemoteName) => boolean {
  const marks = new Map(baseline?.map((id, index) => [id, baselineMarks?.[index]]))
  return (remote) => marks.has(remote.id) && (marks.get(remote.id) ?? markOf(remote)) === markOf(remote)
}
