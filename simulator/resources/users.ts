import { ownsServers, serversOf } from '../core/servers.ts'
import { isSince } from '../core/settings.ts'
import { zuluDate } from '../core/dates.ts'
import type { User } from '../core/state.ts'
import { conflict, created, empty, notFound, ok, Refusal, type Answer } from '../http/answers.ts'
import type { Call } from '../http/call.ts'
import { isRecord, type FieldReader } from '../http/fields.ts'
import type { Route } from '../http/router.ts'
import { beginDelete } from './servers-lifecycle.ts'

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/

const userShape = (user: User) => ({
  id: user.id,
  admin: user.admin,
  extRelationId: user.extRelationId,
  selfService: user.selfService,
  selfServiceHourlyGroupProfiles: user.hourlyGroupProfiles,
  selfServiceResourceGroupProfiles: user.resourceGroupProfiles,
  selfServiceHourlyResourcePack: user.hourlyResourcePack,
  name: user.name,
  email: user.email,
  timezone: 'Europe/London',
  suspended: user.suspended,
  twoFactorAuth: false,
  created: zuluDate(user.created),
  updated: zuluDate(user.updated),
})

/** The user that the path's external relation names: an integer, or with `relStr=true` a text. */
export function userByRelation(call: Call): User {
  const wanted = call.text('ext')
  const byText = call.flag('relStr') && isSince(call.settings, '7.0')
  for (const user of call.state.users.values()) {
    if (byText ? user.relationStrings.includes(wanted) : user.extRelationId !== null && String(user.extRelationId) === wanted) return user
  }

  throw notFound('ext_relation_id')
}

/** Whether another user than `self` fits. */
function isTaken(call: Call, self: User | null, fits: (user: User) => boolean): boolean {
  for (const user of call.state.users.values()) if (user !== self && fits(user)) return true

  return false
}

function isEmailTaken(call: Call, email: string, self: User | null): boolean {
  if (call.settings.readings.duplicateEmail === 'accept') return false
  const wanted = email.toLowerCase()

  return isTaken(call, self, user => user.email.toLowerCase() === wanted)
}

function isRelationStringTaken(call: Call, text: string, self: User | null): boolean {
  return call.settings.readings.duplicateRelationString === 'refuse' && isTaken(call, self, user => user.relationStrings.includes(text))
}

function readCommon(call: Call, fields: FieldReader, self: User | null) {
  const email = fields.optionalText('email', { max: 255 })
  if (email !== null && !EMAIL.test(email)) fields.complain('email', 'The email must be a valid email address.')
  if (email !== null && isEmailTaken(call, email, self)) fields.complain('email', 'The email has already been taken.')

  return {
    name: fields.optionalText('name', { min: 3, max: 255 }),
    email,
    selfService: fields.optionalInteger('selfService', { min: 0, max: 3 }),
    hourlyGroupProfiles: fields.optionalIntegers('selfServiceHourlyGroupProfiles'),
    resourceGroupProfiles: fields.optionalIntegers('selfServiceResourceGroupProfiles'),
    hourlyResourcePack: fields.optionalInteger('selfServiceHourlyResourcePack'),
  }
}

function checkRelation(call: Call, fields: FieldReader, extRelationId: number | null, self: User | null) {
  if (extRelationId === null) return
  if (isTaken(call, self, user => user.extRelationId === extRelationId)) fields.complain('extRelationId', 'The ext relation id has already been taken.')
}

function checkRelationString(call: Call, fields: FieldReader, text: string, self: User | null) {
  if (!/^[\w-]{2,200}$/.test(text)) fields.complain('relStr', 'The rel str format is invalid.')
  if (isRelationStringTaken(call, text, self)) fields.complain('relStr', 'The rel str has already been taken.')
}

/** The other reading of a taken e-mail or relation: a conflict in place of a complaint about a field. */
function refuseTaken(call: Call) {
  if (call.settings.readings.duplicateUser !== 409) return
  const { body } = call.input
  if (!isRecord(body)) return
  const { email, extRelationId, relStr } = body
  const isUsed = (typeof email === 'string' && isEmailTaken(call, email, null))
    || (typeof extRelationId === 'number' && isTaken(call, null, user => user.extRelationId === extRelationId))
    || (typeof relStr === 'string' && isSince(call.settings, '7.0') && isRelationStringTaken(call, relStr, null))
  if (isUsed) throw conflict('user already exists')
}

function createUser(call: Call): Answer {
  refuseTaken(call)
  const fields = call.fields()
  fields.text('name')
  fields.text('email')
  const common = readCommon(call, fields, null)
  const extRelationId = fields.optionalInteger('extRelationId', { min: 1 })
  checkRelation(call, fields, extRelationId, null)
  const relationString = isSince(call.settings, '7.0') ? fields.optionalText('relStr') : null
  if (relationString !== null) checkRelationString(call, fields, relationString, null)
  fields.optionalBoolean('sendMail')
  fields.done()

  const user: User = {
    id: call.world.takeId('users'),
    admin: false,
    extRelationId,
    relationStrings: relationString === null ? [] : [relationString],
    selfService: common.selfService ?? 0,
    hourlyGroupProfiles: common.hourlyGroupProfiles ?? [],
    resourceGroupProfiles: common.resourceGroupProfiles ?? [],
    hourlyResourcePack: common.hourlyResourcePack,
    name: common.name ?? '',
    email: common.email ?? '',
    suspended: false,
    password: call.random.text(30),
    created: call.now,
    updated: call.now,
  }
  call.state.users.set(user.id, user)
  call.effect('user.created', { userId: user.id })

  return created({ ...userShape(user), password: user.password })
}

function change(call: Call, user: User) {
  if (user.admin) throw new Refusal(403, { msg: 'administrators cannot be changed' })

  const fields = call.fields()
  const changes = readCommon(call, fields, user)
  const enabled = fields.optionalBoolean('enabled')
  fields.done()

  for (const [key, value] of Object.entries(changes)) {
    if (value !== null) Object.assign(user, { [key]: value })
  }
  if (enabled !== null) user.suspended = !enabled
  user.updated = call.now
  call.effect('user.changed', { userId: user.id })
}

function changeByRelation(call: Call): Answer {
  const user = userByRelation(call)
  change(call, user)

  return created({ name: user.name, email: user.email, selfService: user.selfService, enabled: !user.suspended })
}

function changeById(call: Call): Answer {
  const user = call.find(call.state.users, 'id', 'user')
  const fields = call.fields()
  const extRelationId = fields.optionalInteger('extRelationId', { min: 1 })
  checkRelation(call, fields, extRelationId, user)
  const relationStrings = fields.has('relationStrs') ? fields.texts('relationStrs') : null
  for (const text of relationStrings ?? []) checkRelationString(call, fields, text, user)
  fields.done()

  change(call, user)
  const { body } = call.input
  // An explicit null takes the relation away; an absent field leaves it.
  if (typeof body === 'object' && body !== null && 'extRelationId' in body) user.extRelationId = extRelationId
  if (relationStrings !== null) user.relationStrings = relationStrings

  return ok(userShape(user))
}

function deleteByRelation(call: Call): Answer {
  const user = userByRelation(call)
  if (user.admin) throw new Refusal(403, { msg: 'administrators cannot be changed' })
  const { deleteUserWithServers } = call.settings.readings
  if (deleteUserWithServers === 'refuse' && ownsServers(call.world, user.id)) throw conflict('user still has servers')

  call.state.users.delete(user.id)
  const cause = call.effect('user.deleted', { userId: user.id })
  if (deleteUserWithServers === 'cascade') {
    for (const server of serversOf(call.world, user.id)) beginDelete(call.world, server, call.now, cause)
  }

  return empty(204)
}

function resetPassword(call: Call): Answer {
  const user = userByRelation(call)
  user.password = call.random.text(21)
  call.effect('user.password-changed', { userId: user.id })

  return created({ email: user.email, password: user.password })
}

export const userRoutes: Route[] = [
  { method: 'POST', path: '/users', handle: createUser },
  { method: 'PUT', path: '/users/{id}', since: '7.1', handle: changeById },
  { method: 'GET', path: '/users/{ext}/byExtRelation', handle: call => ok(userShape(userByRelation(call))) },
  { method: 'PUT', path: '/users/{ext}/byExtRelation', handle: changeByRelation },
  { method: 'DELETE', path: '/users/{ext}/byExtRelation', handle: deleteByRelation },
  { method: 'POST', path: '/users/{ext}/byExtRelation/resetPassword', handle: resetPassword },
]
