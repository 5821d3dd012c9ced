import type { Difference } from '#shared/schemas/operations.ts'
import { formatAbsolute } from '../composables/formatTime'
import { formatCores, formatMemory, formatStorage, formatTraffic } from './server-words'

const LABELS: Record<string, string> = {
  owner: 'Owner', group: 'Hypervisor group', memory: 'Memory', storage: 'Disk', cpu_cores: 'Processor', traffic: 'Traffic', built: 'Operating system', older: 'Made', unread: 'Reading it', number_held: 'Number',
}

export interface DifferenceWords { label: string, expected: string, found: string }

/** A difference as expected and found; a code that this version does not know says its sentence. */
export function describeDifference({ code, expected, actual, text }: Difference): DifferenceWords {
  const label = LABELS[code]
  if (!label) return { label: 'Differs', expected: '', found: text }
  if (code === 'built') return { label, expected: 'None installed', found: 'Installed already' }
  if (code === 'unread') return { label, expected: 'Whole', found: 'Not allowed' }
  if (code === 'number_held') return { label, expected: 'Free in Berth', found: `${valueWords(code, actual)}, held by a server that is gone` }
  if (code === 'older') return { label, expected: expected === null ? 'After the order' : `After ${formatAbsolute(String(expected), 'UTC')}`, found: timeWords(actual) }
  return { label, expected: valueWords(code, expected), found: valueWords(code, actual) }
}

function valueWords(code: string, value: Difference['actual']): string {
  if (value === null) return 'Unknown'
  if (typeof value === 'number' && code === 'memory') return formatMemory(value)
  if (typeof value === 'number' && code === 'cpu_cores') return formatCores(value)
  if (typeof value === 'number' && code === 'traffic') return formatTraffic(value)
  return typeof value === 'number' && code === 'storage' ? formatStorage(value) : String(value)
}

function timeWords(value: Difference['actual']): string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? formatAbsolute(value, 'UTC') : 'Unknown'
}
