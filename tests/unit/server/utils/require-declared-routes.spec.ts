import { describe, expect, it } from 'vitest'
import { requireDeclaredRoutes } from '../../../../server/utils/require-declared-routes.ts'

describe('requireDeclaredRoutes', () => {
  it('refuses by name each route that does not say who may call it, so it never starts', async () => {
    const declared = Object.assign(() => {}, { route: { access: 'admin' } })
    await expect(requireDeclaredRoutes([
      { route: '/api/good', method: 'get', load: async () => declared },
      { route: '/api/bad', method: 'post', load: async () => () => {} },
      { route: '/api/worse', load: async () => Object.assign(() => {}, { route: {} }) },
    ])).rejects.toThrow('POST /api/bad, ANY /api/worse')
  })
})
