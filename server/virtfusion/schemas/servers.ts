import { z } from 'zod'
import {
  id, ipv4Address, ipv6Address, lenientListOf, optionalBoolean, optionalId, optionalInteger, optionalNumber, optionalObject, optionalText, optionalTime, text, uuid,
} from './values.ts'

const Ipv4Schema = z.object({
  address: ipv4Address,
  gateway: optionalText,
  netmask: optionalText,
  rdns: optionalText,
  enabled: optionalBoolean,
})

const Ipv6Schema = z.object({
  subnet: optionalText,
  cidr: optionalInteger,
  gateway: optionalText,
  addresses: lenientListOf(ipv6Address),
  enabled: optionalBoolean,
})

const InterfaceSchema = z.object({
  name: optionalText,
  type: optionalText,
  mac: optionalText,
  enabled: optionalBoolean,
  ipv4: lenientListOf(Ipv4Schema),
  ipv6: lenientListOf(Ipv6Schema),
})

/** Memory in MB, storage and traffic in GB; traffic 0 is unlimited. */
const resources = optionalObject({
  memory: optionalNumber,
  storage: optionalNumber,
  traffic: optionalNumber,
  cpuCores: optionalNumber,
})

/**
 * A server as read one by one, made, built, or listed by its user. Only what stands here leaves the client: no passwords, no
 * screen images, no custom XML, no cloud-init. A user's list leaves out much of it; null always means unknown.
 */
export const ServerSchema = z.object({
  id,
  uuid,
  ownerId: optionalId,
  /** The machine that the server runs on, not the group. */
  hypervisorId: optionalId,
  name: text,
  hostname: optionalText,
  commissionStatus: optionalInteger,
  state: optionalText,
  suspended: optionalBoolean,
  protected: optionalBoolean,
  rebuild: optionalBoolean,
  buildFailed: optionalBoolean,
  destroyable: optionalBoolean,
  migratable: optionalBoolean,
  deleteLevel: optionalInteger,
  configLevel: optionalInteger,
  backupLevel: optionalInteger,
  migrateLevel: optionalInteger,
  built: optionalTime,
  created: optionalTime,
  updated: optionalTime,
  resources,
  settings: optionalObject({ resources, osTemplateInstallId: optionalInteger }),
  cpu: optionalObject({ cores: optionalInteger, throttle: optionalNumber }),
  os: optionalObject({ templateName: optionalText }),
  traffic: optionalObject({
    public: optionalObject({
      currentPeriod: optionalObject({ start: optionalTime, end: optionalTime, limit: optionalNumber }),
    }),
  }),
  network: optionalObject({
    interfaces: lenientListOf(InterfaceSchema),
    secondaryInterfaces: lenientListOf(InterfaceSchema),
  }),
  storage: lenientListOf(z.object({ capacity: optionalNumber, primary: optionalBoolean, enabled: optionalBoolean })),
  backupPlan: optionalObject({ id: optionalInteger, name: optionalText }),
  media: optionalObject({ isoMounted: optionalBoolean, isoName: optionalText }),
  hypervisor: optionalObject({
    id: optionalId,
    name: optionalText,
    maintenance: optionalBoolean,
    groupId: optionalId,
    group: optionalObject({ name: optionalText }),
  }),
  owner: optionalObject({
    id: optionalId,
    extRelationId: optionalInteger,
    name: optionalText,
    email: optionalText,
    suspended: optionalBoolean,
    admin: optionalBoolean,
  }),
  tasks: optionalObject({
    active: optionalBoolean,
    lastOn: optionalTime,
    actions: optionalObject({
      pending: lenientListOf(z.object({ id: optionalInteger, action: optionalText })),
    }),
  }),
  /** Live data from the hypervisor; null unless asked for, and any part of it may be missing. */
  remoteState: optionalObject({ running: optionalBoolean, state: optionalText, cpu: optionalNumber }),
})

export type VirtFusionServer = z.output<typeof ServerSchema>

/** A row of the list of all servers, under the names that the detail uses: the wire says `commissioned` and `owner`. */
export const ServerRowSchema = z.object({
  id,
  uuid,
  name: text,
  commissioned: optionalInteger,
  owner: optionalId,
  hypervisorId: optionalId,
  suspended: optionalBoolean,
  protected: optionalBoolean,
  created: optionalTime,
  updated: optionalTime,
}).transform(({ commissioned, owner, ...row }) => ({ ...row, commissionStatus: commissioned, ownerId: owner }))

export type VirtFusionServerRow = z.output<typeof ServerRowSchema>

/** What a power action answers with: the item to follow with `queue.get`, where the panel names one. */
export const QueuedSchema = z.object({ queueId: optionalId })
