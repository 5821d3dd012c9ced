import { offsetDate } from '../core/dates.ts'
import { created, empty, notFound, ok, type Answer } from '../http/answers.ts'
import type { Call } from '../http/call.ts'
import type { Route } from '../http/router.ts'
import { userByRelation } from './users.ts'

type ProfileList = 'hourlyGroupProfiles' | 'resourceGroupProfiles'

const NO_USAGE = { hours: 0, token: 0, tokenReal: 0 }
const NO_TOTAL = { hours: false, value: false, tokens: false }
const NO_CURRENCY = { prefix: '', suffix: '', code: '' }

const CURRENCIES = [
  { id: 1, code: 'EUR', value: '0.0100000000', prefix: '€', suffix: null, default: true, enabled: true },
  { id: 2, code: 'USD', value: '0.0110000000', prefix: '$', suffix: null, default: false, enabled: true },
]

function addCredit(call: Call): Answer {
  const user = userByRelation(call)
  const fields = call.fields()
  const tokens = fields.optionalNumber('tokens')
  if (!fields.has('tokens')) fields.complain('tokens', 'The tokens field is required.')
  const reference1 = fields.optionalInteger('reference_1')
  const reference2 = fields.optionalText('reference_2', { max: 1000 })
  fields.done()

  const credit = { id: call.world.takeId('credits'), userId: user.id, tokens: tokens ?? 0, reference1, reference2, created: call.now }
  call.state.credits.set(credit.id, credit)
  call.effect('credit.added', { creditId: credit.id, userId: user.id })

  return created({ id: credit.id })
}

function deleteCredit(call: Call): Answer {
  const credit = call.find(call.state.credits, 'id', 'credit')
  call.state.credits.delete(credit.id)
  call.effect('credit.deleted', { creditId: credit.id, userId: credit.userId })

  return empty(204)
}

function addProfile(call: Call, list: ProfileList): Answer {
  const user = userByRelation(call)
  const fields = call.fields()
  const profileId = fields.integer('profileId', { min: 1 })
  fields.done()
  user[list] = [...new Set([...user[list], profileId])]
  call.effect('user.profile-added', { userId: user.id, profileId })

  return empty(204)
}

function removeProfile(call: Call, list: ProfileList): Answer {
  const user = userByRelation(call)
  const profileId = call.id('profileId', 'profile')
  if (!user[list].includes(profileId)) throw notFound('profile')
  user[list] = user[list].filter(id => id !== profileId)
  call.effect('user.profile-removed', { userId: user.id, profileId })

  return empty(204)
}

function changeHourlyPack(call: Call): Answer {
  const user = userByRelation(call)
  const fields = call.fields()
  const packId = fields.integer('packId', { min: 1 })
  fields.done()
  user.hourlyResourcePack = packId
  call.effect('user.hourly-pack-changed', { userId: user.id, packId })

  return empty(204)
}

function syncAccess(call: Call): Answer {
  const user = userByRelation(call)
  const fields = call.fields()
  fields.boolean('syncToProfiles')
  fields.done()
  call.effect('user.access-synced', { userId: user.id })

  return empty(204)
}

const monthName = (year: number, month: number) =>
  new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(Date.UTC(year, month, 1))

function months(now: number, back = 0) {
  const date = new Date(now)
  const year = date.getUTCFullYear()
  const month = date.getUTCMonth() - back

  return {
    start: Date.UTC(year, month, 1),
    end: Date.UTC(year, month + 1, 1) - 1000,
    current: monthName(year, month),
    previous: monthName(year, month - 1),
    next: monthName(year, month + 1),
  }
}

const creditOf = (call: Call, userId: number) =>
  [...call.state.credits.values()].reduce((sum, credit) => sum + (credit.userId === userId ? credit.tokens : 0), 0)

function readHourlyStats(call: Call): Answer {
  const user = userByRelation(call)
  const { current, previous, next } = months(call.now)

  return ok({
    periodId: 0,
    period: current,
    previousPeriod: previous,
    nextPeriod: next,
    monthlyTotal: { hours: 0, value: '0.00', tokens: false },
    servers: 0,
    credit: { value: creditOf(call, user.id) },
    currency: { code: '', prefix: '', suffix: '', value: 0, currentValue: 0 },
  })
}

function readReport(call: Call): Answer {
  userByRelation(call)
  const back = Number(call.query.get('period') ?? 0)
  const { start, end, current, previous, next } = months(call.now, back)

  return ok({
    usage: {
      servers: [],
      serversTotal: NO_TOTAL,
      hourConversionRate: false,
      monthlyTotal: NO_TOTAL,
      addonsTotal: { hours: 0, value: 0, tokens: false },
      taxStatus: 3,
      success: false,
      history: String(back),
      breakdown: true,
      term: current,
      previousTerm: previous,
      nextTerm: next,
      period: { ymd: offsetDate(start).slice(0, 10), start: offsetDate(start), end: offsetDate(end) },
      showHourlyRate: false,
      showMonthlyRate: false,
    },
    currency: { ...NO_CURRENCY, currentValue: 0, value: 0, default: NO_CURRENCY },
    limits: { success: true, packs: [] },
  })
}

function readUsage(call: Call): Answer {
  const user = userByRelation(call)
  const { start, end } = months(call.now)
  const seconds = (end + 1000 - start) / 1000

  return ok({
    user: { id: user.id, relationalId: user.extRelationId, currency: null, timezone: 'Europe/London', name: user.name, email: user.email },
    usageServers: NO_USAGE,
    usageServersBillable: NO_USAGE,
    usageAddons: NO_USAGE,
    usageAddonsBillable: NO_USAGE,
    periods: [{
      period: offsetDate(start).slice(0, 10),
      range: 'month',
      start: offsetDate(start),
      end: offsetDate(end),
      timezone: 'UTC',
      currentPeriod: true,
      hoursInMonthPeriod: seconds / 3600,
      monthToHourRate: 730,
      monthToHourRateType: 1,
      days: seconds / 86_400,
      hours: seconds / 3600,
      minutes: seconds / 60,
      seconds,
      usageServers: NO_USAGE,
      usageServersBillable: NO_USAGE,
      usageAddons: NO_USAGE,
      usageAddonsBillable: NO_USAGE,
      servers: [],
    }],
  })
}

const byUser = (what: string) => `/selfService/${what}/byUserExtRelationId/{ext}`

export const selfServiceRoutes: Route[] = [
  { method: 'POST', path: byUser('credit'), handle: addCredit },
  { method: 'DELETE', path: '/selfService/credit/{id}', handle: deleteCredit },
  { method: 'POST', path: byUser('hourlyGroupProfile'), handle: call => addProfile(call, 'hourlyGroupProfiles') },
  { method: 'DELETE', path: byUser('hourlyGroupProfile/{profileId}'), handle: call => removeProfile(call, 'hourlyGroupProfiles') },
  { method: 'POST', path: byUser('resourceGroupProfile'), handle: call => addProfile(call, 'resourceGroupProfiles') },
  { method: 'DELETE', path: byUser('resourceGroupProfile/{profileId}'), handle: call => removeProfile(call, 'resourceGroupProfiles') },
  { method: 'PUT', path: byUser('hourlyResourcePack'), handle: changeHourlyPack },
  { method: 'PUT', path: byUser('access'), handle: syncAccess },
  { method: 'GET', path: byUser('hourlyStats'), handle: readHourlyStats },
  { method: 'GET', path: byUser('report'), handle: readReport },
  { method: 'GET', path: byUser('usage'), handle: readUsage },
  { method: 'GET', path: '/selfService/currencies', handle: () => ok(CURRENCIES) },
]
