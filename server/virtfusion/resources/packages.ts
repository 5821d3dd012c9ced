import type { Bind } from '../call.ts'
import { defineOperation, requireId } from '../operation.ts'
import { PackageSchema } from '../schemas/catalogue.ts'
import { data, list } from '../schemas/outputs.ts'

/** `GET /packages`. All of them at once. */
export const listPackages = defineOperation({
  operation: 'packages.list', method: 'GET', path: '/packages', output: list(PackageSchema),
})

/** `GET /packages/{packageId}`. */
export const getPackage = defineOperation({
  operation: 'packages.get',
  method: 'GET',
  path: '/packages/{packageId}',
  input: (packageId: number) => ({ params: { packageId: requireId('packageId', packageId) } }),
  output: data(PackageSchema),
})

export function packagesResource(bind: Bind) {
  return { list: bind(listPackages), get: bind(getPackage) }
}
