import { z } from 'zod'
import { id, lenientListOf, listOf, optionalBoolean, optionalInteger, optionalNumber, optionalObject, optionalText, optionalTime, text } from './values.ts'

export const FirewallSchema = z.object({
  enabled: optionalBoolean,
  rules: lenientListOf(z.looseObject({})),
})

export type VirtFusionFirewall = z.output<typeof FirewallSchema>

/** Counters in bytes, `limit` and blocks in GB (0 = unmetered). `month` counts from creation; it is no calendar month. */
export const TrafficSchema = z.object({
  monthly: listOf(z.object({
    month: optionalInteger,
    start: optionalTime,
    end: optionalTime,
    rx: optionalNumber,
    tx: optionalNumber,
    total: optionalNumber,
    limit: optionalNumber,
    blocks: lenientListOf(z.object({ id, traffic: optionalNumber })),
  })),
})

export type VirtFusionTraffic = z.output<typeof TrafficSchema>

const month = { month: optionalInteger, start: optionalTime, end: optionalTime }

/** Extra traffic in GB, assigned per month of the server's life. */
export const TrafficBlocksSchema = z.object({
  assigned: listOf(z.object({ id, traffic: optionalNumber, added: optionalTime, current: optionalBoolean, ...month })),
  available: z.object({
    total: optionalNumber,
    current: optionalObject(month),
    months: z.preprocess(value => (Array.isArray(value) ? {} : value), z.record(z.string(), z.object(month))).nullish().catch(null),
  }).nullable().catch(null),
})

export type VirtFusionTrafficBlocks = z.output<typeof TrafficBlocksSchema>

export const IpBlockSchema = z.object({
  id,
  name: text,
  /** 4 or 6. */
  type: optionalInteger,
  enabled: optionalBoolean,
  ipv4: optionalObject({
    gateway: optionalText,
    netmask: optionalText,
    total: optionalInteger,
    usedTotal: optionalInteger,
    freeTotal: optionalInteger,
  }),
  created: optionalTime,
  updated: optionalTime,
})

export type VirtFusionIpBlock = z.output<typeof IpBlockSchema>

/** Without the encrypted token, addresses and ports of the machine. */
export const HypervisorSchema = z.object({
  id,
  name: text,
  hostname: optionalText,
  enabled: optionalBoolean,
  maintenance: optionalBoolean,
  commissioned: optionalInteger,
  /** 0 is unlimited. */
  maxServers: optionalInteger,
  maxCpu: optionalInteger,
  /** MB. */
  maxMemory: optionalNumber,
  group: z.object({ id, name: text, enabled: optionalBoolean, default: optionalBoolean }).nullable().catch(null),
  created: optionalTime,
  updated: optionalTime,
})

export type VirtFusionHypervisor = z.output<typeof HypervisorSchema>
