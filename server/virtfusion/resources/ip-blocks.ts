import type { Bind } from '../call.ts'
import { defineOperation, requireId } from '../operation.ts'
import { IpBlockSchema } from '../schemas/network.ts'
import { data, nothing, page } from '../schemas/outputs.ts'
import type { CallOptions } from '../types.ts'
import { LARGEST_PAGE, completeList } from './complete-list.ts'
import type { PageOptions } from './hypervisor-groups.ts'

const byBlock = (blockId: number) => ({ params: { blockId: requireId('blockId', blockId) } })

/** `GET /connectivity/ipblocks`. */
const listIpBlocks = defineOperation({
  operation: 'ipBlocks.list',
  method: 'GET',
  path: '/connectivity/ipblocks',
  query: (options: PageOptions) => ({ results: options.results, page: options.page }),
  output: page(IpBlockSchema),
})

/** `GET /connectivity/ipblocks/{blockId}`. */
const getIpBlock = defineOperation({
  operation: 'ipBlocks.get', method: 'GET', path: '/connectivity/ipblocks/{blockId}', input: byBlock, output: data(IpBlockSchema),
})

/** `POST /connectivity/ipblocks/{blockId}/ipv4`. Adds a range of addresses to the block, both ends included. */
const addIpv4Range = defineOperation({
  operation: 'ipBlocks.addIpv4Range',
  method: 'POST',
  path: '/connectivity/ipblocks/{blockId}/ipv4',
  input: (blockId: number, range: { start: string, end: string }) => ({ ...byBlock(blockId), body: { type: 'range', start: range.start, end: range.end } }),
  output: nothing,
})

export function ipBlocksResource(bind: Bind) {
  const listPage = bind(listIpBlocks)
  return {
    list: listPage,
    /** Every block, complete or an error. */
    listAll: (options: CallOptions = {}) => completeList(
      { operation: 'ipBlocks.list', path: '/connectivity/ipblocks', ...options },
      number => listPage({ ...options, page: number, results: LARGEST_PAGE }),
    ),
    get: bind(getIpBlock),
    addIpv4Range: bind(addIpv4Range),
  }
}
