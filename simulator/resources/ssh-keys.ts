import { offsetDate, zuluDate } from '../core/dates.ts'
import type { SshKey } from '../core/state.ts'
import { created, empty, ok, type Answer } from '../http/answers.ts'
import type { Call } from '../http/call.ts'
import type { Route } from '../http/router.ts'

const PUBLIC_KEY = /^(ssh-[\w@.-]+|ecdsa-sha2-[\w-]+|sk-[\w@.-]+) [A-Za-z0-9+/=]+( .*)?$/

const keyShape = (key: SshKey) => ({
  id: key.id,
  name: key.name,
  publicKey: key.publicKey,
  type: 'OpenSSH',
  enabled: true,
  created: offsetDate(key.created),
  updated: offsetDate(key.created),
})

function addKey(call: Call): Answer {
  const fields = call.fields()
  const userId = fields.integer('userId')
  const name = fields.text('name', { min: 1, max: 255 })
  const publicKey = fields.text('publicKey', { max: 20_000 }).trim()
  if (fields.has('publicKey') && !PUBLIC_KEY.test(publicKey)) fields.complain('publicKey', 'The public key is not valid.')
  if (fields.has('userId') && !call.state.users.has(userId)) fields.complain('userId', 'The user does not exist')
  fields.done()

  const key: SshKey = { id: call.world.takeId('sshKeys'), userId, name, publicKey, created: call.now }
  call.state.sshKeys.set(key.id, key)
  call.effect('ssh-key.added', { keyId: key.id, userId })

  return created({ id: key.id, name: key.name, type: 'OpenSSH', createdAt: zuluDate(key.created) })
}

function listKeys(call: Call): Answer {
  const user = call.find(call.state.users, 'userId', 'user')

  return ok([...call.state.sshKeys.values()].filter(key => key.userId === user.id).map(keyShape))
}

function removeKey(call: Call): Answer {
  const key = call.find(call.state.sshKeys, 'id', 'ssh key')
  call.state.sshKeys.delete(key.id)
  call.effect('ssh-key.removed', { keyId: key.id, userId: key.userId })

  return empty(204)
}

export const sshKeyRoutes: Route[] = [
  { method: 'POST', path: '/ssh_keys', handle: addKey },
  { method: 'GET', path: '/ssh_keys/user/{userId}', handle: listKeys },
  { method: 'GET', path: '/ssh_keys/{id}', handle: call => ok(keyShape(call.find(call.state.sshKeys, 'id', 'ssh key'))) },
  { method: 'DELETE', path: '/ssh_keys/{id}', handle: removeKey },
]
