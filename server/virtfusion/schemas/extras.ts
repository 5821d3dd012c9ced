import { z } from 'zod'
import { id, lenientListOf, listOf, optionalBoolean, optionalId, optionalInteger, optionalNumber, optionalObject, optionalText, optionalTime, text } from './values.ts'

export const SshKeySchema = z.object({
  id,
  name: text,
  publicKey: optionalText,
  type: optionalText,
  enabled: optionalBoolean,
  created: optionalTime,
  updated: optionalTime,
})

export type VirtFusionSshKey = z.output<typeof SshKeySchema>

export const BackupSchema = z.object({
  id,
  serverId: optionalId,
  storage: optionalObject({ id: optionalId, name: optionalText, enabled: optionalBoolean }),
  deleting: optionalBoolean,
  restoring: optionalBoolean,
  progress: z.union([z.boolean(), z.number()]).nullish().catch(null),
  complete: optionalBoolean,
  deleteAfter: optionalTime,
  created: optionalTime,
  updated: optionalTime,
})

export type VirtFusionBackup = z.output<typeof BackupSchema>

export const IsoSchema = z.object({
  id,
  name: text,
  description: optionalText,
  url: optionalText,
  filename: optionalText,
  enabled: optionalBoolean,
  global: optionalBoolean,
  download: optionalBoolean,
  created: optionalTime,
  updated: optionalTime,
})

/** Without the service's password and user name. */
export const DnsServiceSchema = z.object({
  id,
  name: text,
  type: optionalInteger,
  enabled: optionalBoolean,
  created: optionalTime,
  updated: optionalTime,
})

/** The console. Password and token are new with every enabling; they belong to the person who asked and to nobody's log. */
export const VncSchema = z.object({
  vnc: z.object({
    ip: optionalText,
    hostname: optionalText,
    port: optionalInteger,
    password: optionalText,
    wss: optionalObject({ token: optionalText, url: optionalText }),
    /** Not to be relied on: version 7.0.0 shows false while the console accepts connections. */
    enabled: optionalBoolean,
  }),
  queueId: optionalId,
})

export type VirtFusionVnc = z.output<typeof VncSchema>

/** The password is valid once the queue item has succeeded. It is shown once and never stored. */
export const PasswordResetSchema = z.object({ queueId: id, expectedPassword: z.string().min(1) })

export const UserPasswordSchema = z.object({ email: text, password: z.string().min(1) })

/** What changing a user answers with: only the fields that were sent. */
export const ChangedUserSchema = z.object({ name: optionalText, email: optionalText, selfService: optionalInteger, enabled: optionalBoolean })

/** What a change of package took over and what it left, as sentences; older panels answer with nothing. */
export const PackageChangeSchema = z.object({ info: lenientListOf(z.string()) })

export const RescueSchema = z.looseObject({ active: optionalBoolean, imageId: optionalInteger })

export const CurrencySchema = z.object({
  id,
  code: text,
  value: optionalNumber,
  prefix: optionalText,
  suffix: optionalText,
  default: optionalBoolean,
  enabled: optionalBoolean,
})

const counted = z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])).nullish().catch(null)

export const ResourcePackSchema = z.object({
  id,
  name: text,
  label: optionalText,
  limits: counted,
  used: counted,
  servers: lenientListOf(z.object({ id, name: text })),
})

export const MadeSchema = z.object({ id })

/** Reports differ by version and settings; they hold figures and no secrets, so they pass as they are. */
export const ReportSchema = z.looseObject({})

export const UsageSchema = z.looseObject({ periods: listOf(z.looseObject({})) })
