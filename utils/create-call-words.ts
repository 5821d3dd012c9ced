import type { CreateCall, ExpectedServer } from '#shared/schemas/operations.ts'
import { formatDuration } from './log-words'
import { formatCores, formatMemory, formatStorage } from './server-words'

type Answer = Pick<CreateCall, 'httpStatus' | 'outcome' | 'durationMs' | 'completedAt' | 'message'>

/** What came back for a create call, in plain words. */
export function describeCreateAnswer({ httpStatus, outcome, durationMs, completedAt }: Answer): string {
  if (completedAt === null) return 'Nobody knows: Berth ended before the call did. The request may have reached the panel.'
  const after = durationMs === null ? '' : ` after ${formatDuration(durationMs)}`
  if (outcome === 'unreachable') return `The call never reached the panel${after}. Nothing was made by it.`
  if (outcome === 'ok') return `The panel answered with ${httpStatus ?? 'success'}${after}: it made a server.`
  if (outcome === 'rejected') return `The panel refused with ${httpStatus ?? 'an error'}${after}. Nothing was made by it.`
  if (httpStatus === null) return `No answer came${after}. The request had left, so the panel may have made the server.`
  return `An answer with status ${httpStatus} came${after}, but not one that says whether the server was made.`
}

/** The same in two or three words, for a step of the strip. */
export function titleOfAnswer({ httpStatus, outcome, completedAt }: Answer): string {
  if (completedAt === null) return 'Berth was interrupted'
  if (outcome === 'ok') return 'Odd answer'
  if (outcome === 'unreachable') return 'Not reached'
  if (outcome === 'rejected') return 'Refused'
  return httpStatus === null ? 'Answer lost' : `Unclear answer (${httpStatus})`
}

/** Whom an order was sent for: a user of the panel, or a throw-away one that stands there for this order alone until the server is given on. */
export function nameOwner({ ownerId, recipientId }: { ownerId: number | null, recipientId: number | null }): string {
  return recipientId === null ? `VirtFusion user ${ownerId}` : `the throw-away user ${ownerId} (made for this order; the server then goes to VirtFusion user ${recipientId})`
}

/** What was ordered, in one line: sizes that the order leaves out come from the package. */
export function describeOrder(expected: ExpectedServer, recipientId: number | null = null): string {
  const sizes = [
    expected.cpuCores === null ? null : formatCores(expected.cpuCores),
    expected.memoryMb === null ? null : `${formatMemory(expected.memoryMb)} memory`,
    expected.storageGb === null ? null : `${formatStorage(expected.storageGb)} disk`,
  ].filter((part) => part !== null)
  return [
    `one server in hypervisor group ${expected.groupId}`,
    expected.ownerId === null ? null : `for ${nameOwner({ ownerId: expected.ownerId, recipientId })}`,
    sizes.length > 0 ? `with ${sizes.join(', ')}` : 'with the sizes of its package',
  ].filter((part) => part !== null).join(' ')
}
