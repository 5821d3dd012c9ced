import type { Bind } from '../call.ts'
import { ContractError, defineOperation, definedFields, requireId, type Answer } from '../operation.ts'
import { ChangedUserSchema, UserPasswordSchema } from '../schemas/extras.ts'
import { data, nothing } from '../schemas/outputs.ts'
import { AuthenticationSchema, UserSchema } from '../schemas/users.ts'

export interface CreateUserBody {
  /** At least three characters. */
  name: string
  /** Unique on the panel. */
  email: string
  /** Our own number for the person; unique on the panel. */
  extRelationId?: number
  /** Our own text for the person; newer panels only. */
  relStr?: string
  /** 0 off, 1 hourly, 2 resource packs, 3 both. */
  selfService?: number
  selfServiceHourlyCredit?: boolean
  selfServiceHourlyGroupProfiles?: number[]
  selfServiceResourceGroupProfiles?: number[]
  selfServiceHourlyResourcePack?: number
  /** Mails the access data to the person. The panel's default is false. */
  sendMail?: boolean
}

/** Only what is sent changes. */
export interface ChangeUserBody extends Partial<Omit<CreateUserBody, 'extRelationId' | 'relStr' | 'sendMail'>> {
  /** False locks the account. */
  enabled?: boolean
}

/** By the panel's own id; also links and unlinks a user that was made by hand. */
export interface ChangeUserByIdBody extends ChangeUserBody {
  /** Null takes the link away. */
  extRelationId?: number | null
  /** The whole list. */
  relationStrs?: string[]
}

export interface RelationOptions {
  /** The first argument is the user's relation text, not the number. Newer panels only. */
  relStr?: boolean
}

export interface PanelSignIn {
  /** Valid once and for about a minute; never to be stored or logged. */
  url: string
  ttlSeconds: number | null
  expiresAt: string | null
}

const byRelation = (extRelationId: number | string) => ({ params: { extRelationId } })
const relationQuery = (options: RelationOptions) => ({ relStr: options.relStr })

/** `POST /users`. A used e-mail or relation is refused, so a repeat makes no second user. */
export const createUser = defineOperation({
  operation: 'users.create',
  method: 'POST',
  path: '/users',
  input: (body: CreateUserBody) => ({ body: definedFields(body) }),
  output: data(UserSchema),
})

/** `GET /users/{extRelationId}/byExtRelation`. Only a confirmed 404 means that there is no such user. */
export const getUserByExtRelation = defineOperation({
  operation: 'users.getByExtRelation',
  method: 'GET',
  path: '/users/{extRelationId}/byExtRelation',
  input: byRelation,
  query: relationQuery,
  output: data(UserSchema),
})

/** `PUT /users/{extRelationId}/byExtRelation`. Safe to repeat. */
export const changeUserByExtRelation = defineOperation({
  operation: 'users.changeByExtRelation',
  method: 'PUT',
  path: '/users/{extRelationId}/byExtRelation',
  input: (extRelationId: number | string, body: ChangeUserBody) => ({ ...byRelation(extRelationId), body: definedFields(body) }),
  query: relationQuery,
  output: data(ChangedUserSchema),
})

/** `PUT /users/{userId}`, since panel 7.1.0. Not for administrators. Safe to repeat. */
export const changeUser = defineOperation({
  operation: 'users.change',
  method: 'PUT',
  path: '/users/{userId}',
  input: (userId: number, body: ChangeUserByIdBody) => ({ params: { userId: requireId('userId', userId) }, body: definedFields(body) }),
  output: nothing,
})

/** `DELETE /users/{extRelationId}/byExtRelation`. 409 while the user has servers. */
export const deleteUserByExtRelation = defineOperation({
  operation: 'users.deleteByExtRelation',
  method: 'DELETE',
  path: '/users/{extRelationId}/byExtRelation',
  input: byRelation,
  query: relationQuery,
  output: nothing,
})

/** `POST /users/{extRelationId}/byExtRelation/resetPassword`. The password of the panel account, not of a server; each call makes a new one. */
export const resetUserPassword = defineOperation({
  operation: 'users.resetPassword',
  method: 'POST',
  path: '/users/{extRelationId}/byExtRelation/resetPassword',
  input: byRelation,
  query: relationQuery,
  output: data(UserPasswordSchema),
})

/** `POST /users/{extRelationId}/authenticationTokens`. Signs the person in at the panel; a repeat makes a new address. */
export const createAuthenticationToken = defineOperation({
  operation: 'users.createAuthenticationToken',
  method: 'POST',
  path: '/users/{extRelationId}/authenticationTokens',
  input: byRelation,
  query: relationQuery,
  output: signIn,
})

/** `POST /users/{extRelationId}/serverAuthenticationTokens/{serverId}`. As above, landing on that server. */
export const createServerAuthenticationToken = defineOperation({
  operation: 'users.createServerAuthenticationToken',
  method: 'POST',
  path: '/users/{extRelationId}/serverAuthenticationTokens/{serverId}',
  input: (extRelationId: number | string, serverId: number) => ({ params: { extRelationId, serverId: requireId('serverId', serverId) } }),
  query: relationQuery,
  output: signIn,
})

export function usersResource(bind: Bind) {
  return {
    create: bind(createUser),
    getByExtRelation: bind(getUserByExtRelation),
    changeByExtRelation: bind(changeUserByExtRelation),
    change: bind(changeUser),
    deleteByExtRelation: bind(deleteUserByExtRelation),
    resetPassword: bind(resetUserPassword),
    createAuthenticationToken: bind(createAuthenticationToken),
    createServerAuthenticationToken: bind(createServerAuthenticationToken),
  }
}

/** The sign-in address, refused when it leads anywhere but to the configured panel. */
function signIn(answer: Answer): PanelSignIn {
  const { authentication } = data(AuthenticationSchema)(answer)
  const url = URL.canParse(authentication.endpoint_complete, answer.origin)
    ? new URL(authentication.endpoint_complete, answer.origin)
    : null
  if (url?.origin !== answer.origin) throw new ContractError('the sign-in address leads to another host')
  return {
    url: url.href,
    ttlSeconds: authentication.expiry?.ttl ?? null,
    expiresAt: authentication.expiry?.expires ?? null,
  }
}
