import type { Traffic } from '#shared/schemas/servers.ts'
import { formatTraffic } from './server-words.ts'

const BYTES_PER_GB = 1e9
const UNITS: readonly [unit: string, bytes: number][] = [['TB', 1e12], ['GB', BYTES_PER_GB], ['MB', 1e6], ['kB', 1e3]]
const threeDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 3, useGrouping: false })

/** Bytes in three digits, as traffic is sold: 1 GB is 1000 MB. */
export function formatBytes(bytes: number): string {
  const [unit, size] = UNITS.find(([, size]) => bytes >= size) ?? ['bytes', 1]
  return `${threeDigits.format(bytes / size)} ${unit}`
}

/** The share of the limit that is used, in percent; null where one of the two is not known or there is no limit. */
export function trafficShare({ usedBytes, limitGb }: Pick<Traffic, 'usedBytes' | 'limitGb'>): number | null {
  return usedBytes === null || limitGb === null ? null : usedBytes / (limitGb * BYTES_PER_GB) * 100
}

/** "12.4 GB of 1 TB used, until 1 Dec"; without a limit "12.4 GB used, until 1 Dec". What the panel does not tell is unknown. */
export function describeTraffic({ usedBytes, limitGb, period }: Traffic): string {
  if (usedBytes === null) return 'Unknown: the panel does not tell.'
  return `${formatBytes(usedBytes)}${limitGb === null ? '' : ` of ${formatTraffic(limitGb)}`} used${period ? `, until ${dayAfter(period.to)}` : ''}`
}

/** The day on which the next period begins. Periods are days of the panel's, in UTC. */
function dayAfter(lastSecond: string): string {
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(Date.parse(lastSecond) + 1000))
}
