import type { Bind } from '../call.ts'
import { defineOperation, requireId } from '../operation.ts'
import { DnsServiceSchema, IsoSchema } from '../schemas/extras.ts'
import { data } from '../schemas/outputs.ts'

/** `GET /media/iso/{isoId}`. There is no list and no call to mount one. */
const getIso = defineOperation({
  operation: 'media.getIso',
  method: 'GET',
  path: '/media/iso/{isoId}',
  input: (isoId: number) => ({ params: { isoId: requireId('isoId', isoId) } }),
  output: data(IsoSchema),
})

/** `GET /dns/services/{serviceId}`. */
const getDnsService = defineOperation({
  operation: 'dns.getService',
  method: 'GET',
  path: '/dns/services/{serviceId}',
  input: (serviceId: number) => ({ params: { serviceId: requireId('serviceId', serviceId) } }),
  output: data(DnsServiceSchema),
})

export function mediaResource(bind: Bind) {
  return { getIso: bind(getIso) }
}

export function dnsResource(bind: Bind) {
  return { getService: bind(getDnsService) }
}
