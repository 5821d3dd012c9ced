import { describe, expect, it } from 'vitest'
import { judgeAction, SERVER_ACTIONS, type ServerFacts } from '#shared/lifecycle/servers.ts'

const server = (different: Partial<ServerFacts> = {}): ServerFacts => ({ lifecycle: 'active', power: 'running', suspension: null, deletion: null, operation: null, ...different })

describe('judgeAction for a protected server', () => {
  it('refuses to delete and to rebuild it, with the way out, and nothing else', () => {
    const refused = SERVER_ACTIONS.filter((action) => {
      const verdict = judgeAction(server({ isProtected: true }), action)
      return !verdict.allowed && verdict.reason === 'This server is protected. Take the protection off first.'
    })
    expect(refused).toEqual(['rebuild', 'delete'])
  })

  it('still lets a scheduled deletion be called off', () => {
    expect(judgeAction(server({ isProtected: true, deletion: {} }), 'cancel-deletion')).toEqual({ allowed: true })
  })

  it('allows both once the protection is off', () => {
    for (const action of ['delete', 'rebuild'] as const) expect(judgeAction(server({ isProtected: false }), action)).toEqual({ allowed: true })
  })
})
