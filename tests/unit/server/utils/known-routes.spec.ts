import { describe, expect, it } from 'vitest'
import { methodsAt, setKnownRoutes } from '../../../../server/utils/known-routes.ts'

describe('methodsAt', () => {
  it('knows the methods of an address with parameters, and none of an address that does not exist', () => {
    setKnownRoutes([{ route: '/api/plans/:id', method: 'get' }, { route: '/api/plans/:id', method: 'patch' }, { route: '/api/plans/:id/check', method: 'post' }, { route: '/api/**' }])
    expect(methodsAt('/api/plans/7?x=1')).toEqual(['GET', 'PATCH'])
    expect(methodsAt('/api/plans/7/check')).toEqual(['POST'])
    expect(methodsAt('/api/plans')).toEqual([])
    expect(methodsAt('/api/plans/7/other')).toEqual([])
  })
})
