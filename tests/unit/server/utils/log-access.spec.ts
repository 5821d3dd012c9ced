import { describe, expect, it } from 'vitest'
import { loggedPath } from '../../../../server/utils/log-access.ts'

describe('loggedPath', () => {
  it('never shows a query or the token of an invitation, for both would be read by whoever reads the log', () => {
    expect(loggedPath('/api/admin/servers?search=canary')).toBe('/api/admin/servers')
    for (const path of ['/invitation/canary', '/api/invitations/canary', '/api/invitations/canary/', '/Invitation/canary?x#y', '/API/invitations/canary/more']) {
      expect(loggedPath(path)).not.toContain('canary')
    }
  })
})
