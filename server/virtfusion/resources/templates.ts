import type { Bind } from '../call.ts'
import { defineOperation, requireId } from '../operation.ts'
import { TemplateGroupSchema } from '../schemas/catalogue.ts'
import { list } from '../schemas/outputs.ts'

/** `GET /media/templates/fromServerPackageSpec/{serverPackageId}`. What can be installed with a package, before a server exists. */
export const listTemplatesFromPackage = defineOperation({
  operation: 'templates.fromPackage',
  method: 'GET',
  path: '/media/templates/fromServerPackageSpec/{serverPackageId}',
  input: (packageId: number) => ({ params: { serverPackageId: requireId('packageId', packageId) } }),
  output: list(TemplateGroupSchema),
})

/** `GET /servers/{serverId}/templates`. What can be installed on an existing server. */
export const listTemplatesFromServer = defineOperation({
  operation: 'templates.fromServer',
  method: 'GET',
  path: '/servers/{serverId}/templates',
  input: (serverId: number) => ({ params: { serverId: requireId('serverId', serverId) } }),
  output: list(TemplateGroupSchema),
})

export function templatesResource(bind: Bind) {
  return { fromPackage: bind(listTemplatesFromPackage), fromServer: bind(listTemplatesFromServer) }
}
