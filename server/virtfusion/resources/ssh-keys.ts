import type { Bind } from '../call.ts'
import { defineOperation, requireId } from '../operation.ts'
import { SshKeySchema } from '../schemas/extras.ts'
import { data, list, nothing } from '../schemas/outputs.ts'

const byKey = (keyId: number) => ({ params: { keyId: requireId('keyId', keyId) } })

/** `POST /ssh_keys`. The owner is named by the panel's own user id. A repeat **adds** the key again. */
const createSshKey = defineOperation({
  operation: 'sshKeys.create',
  method: 'POST',
  path: '/ssh_keys',
  input: (body: { userId: number, name: string, publicKey: string }) => {
    requireId('userId', body.userId)
    return { body: { ...body } }
  },
  output: data(SshKeySchema),
})

/** `GET /ssh_keys/{keyId}`. */
const getSshKey = defineOperation({
  operation: 'sshKeys.get', method: 'GET', path: '/ssh_keys/{keyId}', input: byKey, output: data(SshKeySchema),
})

/** `GET /ssh_keys/user/{userId}`. All keys of a panel user at once. */
const listSshKeysByUser = defineOperation({
  operation: 'sshKeys.listByUser',
  method: 'GET',
  path: '/ssh_keys/user/{userId}',
  input: (userId: number) => ({ params: { userId: requireId('userId', userId) } }),
  output: list(SshKeySchema),
})

/** `DELETE /ssh_keys/{keyId}`. The id alone is enough for the panel: check whose key it is before. */
const deleteSshKey = defineOperation({
  operation: 'sshKeys.delete', method: 'DELETE', path: '/ssh_keys/{keyId}', input: byKey, output: nothing,
})

export function sshKeysResource(bind: Bind) {
  return { create: bind(createSshKey), get: bind(getSshKey), listByUser: bind(listSshKeysByUser), delete: bind(deleteSshKey) }
}
