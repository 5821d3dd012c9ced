import type { Bind } from '../call.ts'
import { InputError, defineOperation, definedFields, requireId } from '../operation.ts'
import { CurrencySchema, MadeSchema, ReportSchema, ResourcePackSchema, UsageSchema } from '../schemas/extras.ts'
import { data, list, nothing } from '../schemas/outputs.ts'
import type { RelationOptions } from './users.ts'

export interface AddCreditBody {
  /** Less than zero takes credit away. */
  tokens: number
  /** Our own transaction number. Credits can't be listed, so this and the returned id are all there is to go by. */
  reference_1?: number
  /** Up to 1000 characters. */
  reference_2?: string
}

type Relation = number | string

const byUser = (extRelationId: Relation) => ({ params: { extRelationId } })
const byProfile = (profileId: number, extRelationId: Relation) => ({ params: { profileId: requireId('profileId', profileId), extRelationId } })
const byPack = (packId: number) => ({ params: { packId: requireId('packId', packId) } })
const relationQuery = (options: RelationOptions) => ({ relStr: options.relStr })

/** `POST /selfService/credit/byUserExtRelationId/{extRelationId}`. A repeat **adds** again. */
const addCredit = defineOperation({
  operation: 'selfService.addCredit',
  method: 'POST',
  path: '/selfService/credit/byUserExtRelationId/{extRelationId}',
  input: (extRelationId: Relation, body: AddCreditBody) => ({ ...byUser(extRelationId), body: definedFields(body) }),
  query: relationQuery,
  output: data(MadeSchema),
})

/** `DELETE /selfService/credit/{creditId}`. */
const deleteCredit = defineOperation({
  operation: 'selfService.deleteCredit',
  method: 'DELETE',
  path: '/selfService/credit/{creditId}',
  input: (creditId: number) => ({ params: { creditId: requireId('creditId', creditId) } }),
  output: nothing,
})

/** `GET /selfService/usage/...`. `range` is `d`, `w`, `2w`, `3w` or `m`; `period` the first day. */
const getUsage = defineOperation({
  operation: 'selfService.getUsage',
  method: 'GET',
  path: '/selfService/usage/byUserExtRelationId/{extRelationId}',
  input: byUser,
  query: (options: RelationOptions & { period?: string, range?: 'd' | 'w' | '2w' | '3w' | 'm' }) => ({ 'period[]': options.period, 'range': options.range, 'relStr': options.relStr }),
  output: data(UsageSchema),
})

/** `GET /selfService/report/...`. `period` counts months back, 0 to 24. */
const getReport = defineOperation({
  operation: 'selfService.getReport',
  method: 'GET',
  path: '/selfService/report/byUserExtRelationId/{extRelationId}',
  input: byUser,
  query: (options: RelationOptions & { period?: number, currency?: string }) => ({ period: options.period, currency: options.currency, relStr: options.relStr }),
  output: data(ReportSchema),
})

/** `GET /selfService/hourlyStats/...`. */
const getHourlyStats = defineOperation({
  operation: 'selfService.getHourlyStats',
  method: 'GET',
  path: '/selfService/hourlyStats/byUserExtRelationId/{extRelationId}',
  input: byUser,
  query: (options: RelationOptions & { period?: string, range?: string }) => ({ 'period[]': options.period, 'range': options.range, 'relStr': options.relStr }),
  output: data(ReportSchema),
})

/** `POST` or `DELETE /selfService/hourlyGroupProfile/...`, and the same for resource groups. Safe to repeat. */
function groupProfile(group: 'hourlyGroupProfile' | 'resourceGroupProfile', name: 'HourlyGroupProfile' | 'ResourceGroupProfile') {
  return {
    add: defineOperation({
      operation: `selfService.add${name}`,
      method: 'POST',
      path: `/selfService/${group}/byUserExtRelationId/{extRelationId}`,
      input: (extRelationId: Relation, profileId: number) => ({ ...byUser(extRelationId), body: { profileId: requireId('profileId', profileId) } }),
      query: relationQuery,
      output: nothing,
    }),
    remove: defineOperation({
      operation: `selfService.remove${name}`,
      method: 'DELETE',
      path: `/selfService/${group}/{profileId}/byUserExtRelationId/{extRelationId}`,
      input: byProfile,
      query: relationQuery,
      output: nothing,
    }),
  }
}

/** `POST /selfService/resourcePack/...`. Gives the user a pack. A repeat **adds** another. */
const addResourcePack = defineOperation({
  operation: 'selfService.addResourcePack',
  method: 'POST',
  path: '/selfService/resourcePack/byUserExtRelationId/{extRelationId}',
  input: (extRelationId: Relation, body: { packId: number, enabled: boolean }) => ({ ...byUser(extRelationId), body: { ...body } }),
  query: relationQuery,
  output: data(MadeSchema),
})

/** `PUT /selfService/hourlyResourcePack/...`. Safe to repeat. */
const setHourlyResourcePack = defineOperation({
  operation: 'selfService.setHourlyResourcePack',
  method: 'PUT',
  path: '/selfService/hourlyResourcePack/byUserExtRelationId/{extRelationId}',
  input: (extRelationId: Relation, packId: number) => ({ ...byUser(extRelationId), body: { packId: requireId('packId', packId) } }),
  query: relationQuery,
  output: nothing,
})

/** `PUT /selfService/access/...`. Safe to repeat. */
const setAccess = defineOperation({
  operation: 'selfService.setAccess',
  method: 'PUT',
  path: '/selfService/access/byUserExtRelationId/{extRelationId}',
  input: (extRelationId: Relation, syncToProfiles: boolean) => ({ ...byUser(extRelationId), body: { syncToProfiles } }),
  query: relationQuery,
  output: nothing,
})

/** `GET /selfService/resourcePack/{packId}`. */
const getResourcePack = defineOperation({
  operation: 'selfService.getResourcePack',
  method: 'GET',
  path: '/selfService/resourcePack/{packId}',
  input: byPack,
  query: (options: { withServers?: boolean }) => ({ withServers: options.withServers }),
  output: data(ResourcePackSchema),
})

/** `PUT /selfService/resourcePack/{packId}`. Safe to repeat. */
const setResourcePackEnabled = defineOperation({
  operation: 'selfService.setResourcePackEnabled',
  method: 'PUT',
  path: '/selfService/resourcePack/{packId}',
  input: (packId: number, enabled: boolean) => ({ ...byPack(packId), body: { enabled } }),
  output: nothing,
})

/** `DELETE /selfService/resourcePack/{packId}`. */
const deleteResourcePack = defineOperation({
  operation: 'selfService.deleteResourcePack',
  method: 'DELETE',
  path: '/selfService/resourcePack/{packId}',
  input: byPack,
  query: (options: { disable?: boolean }) => ({ disable: options.disable }),
  output: nothing,
})

/** `POST /selfService/resourcePackServers/{packId}/suspend`. Every server of the pack. */
const suspendResourcePackServers = defineOperation({
  operation: 'selfService.suspendResourcePackServers',
  method: 'POST',
  path: '/selfService/resourcePackServers/{packId}/suspend',
  input: byPack,
  output: nothing,
})

/** `POST /selfService/resourcePackServers/{packId}/unsuspend`. Every server of the pack. */
const unsuspendResourcePackServers = defineOperation({
  operation: 'selfService.unsuspendResourcePackServers',
  method: 'POST',
  path: '/selfService/resourcePackServers/{packId}/unsuspend',
  input: byPack,
  output: nothing,
})

/** `DELETE /selfService/resourcePackServers/{packId}`. **Deletes** every server of the pack after `delay` minutes; always sent, as its absence means 30. */
const deleteResourcePackServers = defineOperation({
  operation: 'selfService.deleteResourcePackServers',
  method: 'DELETE',
  path: '/selfService/resourcePackServers/{packId}',
  input: byPack,
  query: ({ delay }: { delay: number }) => {
    if (!Number.isInteger(delay) || delay < 0) throw new InputError('delay', 'delay must be a whole number of minutes, 0 or more')
    return { delay }
  },
  output: nothing,
})

/** `GET /selfService/currencies`. */
const listCurrencies = defineOperation({
  operation: 'selfService.listCurrencies', method: 'GET', path: '/selfService/currencies', output: list(CurrencySchema),
})

export function selfServiceResource(bind: Bind) {
  const hourly = groupProfile('hourlyGroupProfile', 'HourlyGroupProfile')
  const resource = groupProfile('resourceGroupProfile', 'ResourceGroupProfile')
  return {
    addCredit: bind(addCredit),
    deleteCredit: bind(deleteCredit),
    getUsage: bind(getUsage),
    getReport: bind(getReport),
    getHourlyStats: bind(getHourlyStats),
    addHourlyGroupProfile: bind(hourly.add),
    removeHourlyGroupProfile: bind(hourly.remove),
    addResourceGroupProfile: bind(resource.add),
    removeResourceGroupProfile: bind(resource.remove),
    addResourcePack: bind(addResourcePack),
    setHourlyResourcePack: bind(setHourlyResourcePack),
    setAccess: bind(setAccess),
    getResourcePack: bind(getResourcePack),
    setResourcePackEnabled: bind(setResourcePackEnabled),
    deleteResourcePack: bind(deleteResourcePack),
    suspendResourcePackServers: bind(suspendResourcePackServers),
    unsuspendResourcePackServers: bind(unsuspendResourcePackServers),
    deleteResourcePackServers: bind(deleteResourcePackServers),
    listCurrencies: bind(listCurrencies),
  }
}
