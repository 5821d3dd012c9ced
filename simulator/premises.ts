import type { Readings } from './core/settings.ts'

/** A panel on which one of the things that a create under an owner of its own relies on is not so. */
export interface BrokenPremise {
  name: string
  readings?: Partial<Readings>
  /** Operations that the token lacks. */
  forbidden?: string[]
}

/** What such a create calls, so that a token can be made that lacks one of it. */
export const ESCROW_OPERATIONS = [
  'GET /users/{ext}/byExtRelation', 'POST /users', 'DELETE /users/{ext}/byExtRelation', 'GET /servers/user/{userId}',
  'PUT /servers/{id}/owner/{newOwnerId}',
]

/** Every way in which the premises can fail, one at a time; as they stand by default, all of them hold. */
export const BROKEN_PREMISES: BrokenPremise[] = [
  { name: 'a create for a user who does not exist is accepted', readings: { createForUnknownUser: 'accept' } },
  { name: 'deleting a user destroys the servers', readings: { deleteUserWithServers: 'cascade' } },
  { name: 'deleting a user leaves the servers without an owner', readings: { deleteUserWithServers: 'orphan' } },
  { name: 'two users may have one relation string', readings: { duplicateRelationString: 'accept' } },
  { name: 'two users may have one e-mail', readings: { duplicateEmail: 'accept' } },
  { name: 'a server that is not built keeps its owner', readings: { unbuiltOwnerChange: 'refuse' } },
  { name: 'the listing of a user lags behind', readings: { userListStaleSeconds: 30 } },
  { name: 'the listing of a user is cut', readings: { userListLimit: 1 } },
  ...ESCROW_OPERATIONS.map(operation => ({ name: `the token lacks ${operation}`, forbidden: [operation] })),
]
