import { ipv4Blocks, freeAddresses } from '../core/capacity.ts'
import { ok, type Answer } from '../http/answers.ts'
import type { Call } from '../http/call.ts'
import { paginate } from '../http/paginate.ts'
import type { Route } from '../http/router.ts'
import { groupShape, hypervisorResources, hypervisorShape } from '../shapes/hypervisor.ts'

function groupResources(call: Call): Answer {
  const group = call.find(call.state.groups, 'id', 'hypervisor group')
  const members = [...call.state.hypervisors.values()].filter(({ groupId }) => groupId === group.id)
  // One pool for the whole group, repeated on every row.
  const free = ipv4Blocks(call.state, group.id).reduce((sum, block) => sum + freeAddresses(call.state, block).length, 0)

  return paginate(call, members, hypervisor => ({
    hypervisor: {
      id: hypervisor.id,
      name: hypervisor.name,
      enabled: hypervisor.enabled,
      prohibit: hypervisor.prohibit,
      accept: false,
      commissioned: true,
    },
    resources: { ...hypervisorResources(call.world, hypervisor), network: { total: { ipv4: { free } } } },
  }))
}

export const hypervisorRoutes: Route[] = [
  { method: 'GET', path: '/compute/hypervisors/groups', handle: call => paginate(call, [...call.state.groups.values()], groupShape) },
  {
    method: 'GET', path: '/compute/hypervisors/groups/{id}',
    handle: call => ok(groupShape(call.find(call.state.groups, 'id', 'hypervisor group'))),
  },
  { method: 'GET', path: '/compute/hypervisors/groups/{id}/resources', handle: groupResources },
  {
    method: 'GET', path: '/compute/hypervisors',
    handle: call => paginate(call, [...call.state.hypervisors.values()], row => ({ ...hypervisorShape(call.world, row), storage: [] })),
  },
  {
    method: 'GET', path: '/compute/hypervisors/{id}',
    handle: call => ok(hypervisorShape(call.world, call.find(call.state.hypervisors, 'id', 'hypervisor'))),
  },
]
