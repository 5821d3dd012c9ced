import type { Bind } from '../call.ts'
import { defineOperation, requireId } from '../operation.ts'
import { GroupResourcesSchema, HypervisorGroupSchema } from '../schemas/catalogue.ts'
import { data, page } from '../schemas/outputs.ts'
import type { CallOptions } from '../types.ts'
import { LARGEST_PAGE, completeList } from './complete-list.ts'

export interface PageOptions {
  /** From 1. */
  page?: number
  /** Rows per page, 1 to 200. The panel's default is 20. */
  results?: number
}

const byGroup = (hypervisorGroupId: number) => ({
  params: { hypervisorGroupId: requireId('hypervisorGroupId', hypervisorGroupId) },
})
const pageQuery = (options: PageOptions) => ({ results: options.results, page: options.page })

/** `GET /compute/hypervisors/groups`. */
export const listHypervisorGroups = defineOperation({
  operation: 'hypervisorGroups.list',
  method: 'GET',
  path: '/compute/hypervisors/groups',
  query: pageQuery,
  output: page(HypervisorGroupSchema),
})

/** `GET /compute/hypervisors/groups/{hypervisorGroupId}`. */
export const getHypervisorGroup = defineOperation({
  operation: 'hypervisorGroups.get',
  method: 'GET',
  path: '/compute/hypervisors/groups/{hypervisorGroupId}',
  input: byGroup,
  output: data(HypervisorGroupSchema),
})

/** `GET /compute/hypervisors/groups/{hypervisorGroupId}/resources`. One row per hypervisor of the group. */
export const getHypervisorGroupResources = defineOperation({
  operation: 'hypervisorGroups.resources',
  method: 'GET',
  path: '/compute/hypervisors/groups/{hypervisorGroupId}/resources',
  input: byGroup,
  query: pageQuery,
  output: page(GroupResourcesSchema),
})

export function hypervisorGroupsResource(bind: Bind) {
  const listPage = bind(listHypervisorGroups)
  return {
    list: listPage,
    /** Every group, complete or an error. */
    listAll: (options: CallOptions = {}) => completeList(
      { operation: 'hypervisorGroups.list', path: '/compute/hypervisors/groups', ...options },
      number => listPage({ ...options, page: number, results: LARGEST_PAGE }),
    ),
    get: bind(getHypervisorGroup),
    resources: bind(getHypervisorGroupResources),
  }
}
