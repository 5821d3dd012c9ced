import type { Bind } from '../call.ts'
import { defineOperation, requireId } from '../operation.ts'
import { HypervisorSchema } from '../schemas/network.ts'
import { data, page } from '../schemas/outputs.ts'
import type { CallOptions } from '../types.ts'
import { LARGEST_PAGE, completeList } from './complete-list.ts'
import type { PageOptions } from './hypervisor-groups.ts'

/** `GET /compute/hypervisors`. */
const listHypervisors = defineOperation({
  operation: 'hypervisors.list',
  method: 'GET',
  path: '/compute/hypervisors',
  query: (options: PageOptions) => ({ results: options.results, page: options.page }),
  output: page(HypervisorSchema),
})

/** `GET /compute/hypervisors/{hypervisorId}`. */
const getHypervisor = defineOperation({
  operation: 'hypervisors.get',
  method: 'GET',
  path: '/compute/hypervisors/{hypervisorId}',
  input: (hypervisorId: number) => ({ params: { hypervisorId: requireId('hypervisorId', hypervisorId) } }),
  output: data(HypervisorSchema),
})

export function hypervisorsResource(bind: Bind) {
  const listPage = bind(listHypervisors)
  return {
    list: listPage,
    /** Every hypervisor, complete or an error. */
    listAll: (options: CallOptions = {}) => completeList(
      { operation: 'hypervisors.list', path: '/compute/hypervisors', ...options },
      number => listPage({ ...options, page: number, results: LARGEST_PAGE }),
    ),
    get: bind(getHypervisor),
  }
}
