import { describe, expect, it } from 'vitest'
import { HELD_BY_PANEL, nameOperation, OPERATION_KINDS } from '#shared/lifecycle/operations.ts'
import { describeState, isDeletionDue, judgeAction, judgeOffer, judgeOwnAction, judgeOwnOffer, SERVER_ACTIONS, type ServerFacts } from '#shared/lifecycle/servers.ts'

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
    expect(judgeAction(server({ isProtected: true, deletion: { dueAt: '2026-11-20T10:00:00.000Z' } }), 'cancel-deletion')).toEqual({ allowed: true })
  })

  it('lets a scheduled deletion be called off, whatever else is under way and also of an order that was never finished', () => {
    const operation = { kind: 'suspend', state: 'waiting' as const, step: 'verify' }
    for (const lifecycle of ['active', 'failed', 'provisioning'] as const) expect(judgeAction(server({ lifecycle, deletion: { dueAt: '2026-11-20T10:00:00.000Z' }, operation }), 'cancel-deletion')).toEqual({ allowed: true })
    expect(judgeAction(server({ lifecycle: 'deleting', deletion: { dueAt: '2026-11-20T10:00:00.000Z' } }), 'cancel-deletion')).toMatchObject({ allowed: false })
    expect(judgeAction(server({ lifecycle: 'deleting', deletion: { dueAt: '2026-11-20T10:00:00.000Z', heldBy: 'panel' } }), 'cancel-deletion')).toEqual({ allowed: false, reason: HELD_BY_PANEL })
    expect(judgeAction(server(), 'cancel-deletion')).toMatchObject({ allowed: false, reason: 'No deletion is scheduled.' })
  })

  it('allows both once the protection is off', () => {
    for (const action of ['delete', 'rebuild'] as const) expect(judgeAction(server({ isProtected: false }), action)).toEqual({ allowed: true })
  })
})

describe('what a server is already', () => {
  const suspension = { since: '2026-11-20T10:00:00.000Z' }
  const ALREADY = [['boot', { power: 'running' }], ['shutdown', { power: 'stopped' }], ['poweroff', { power: 'stopped' }], ['restart', { power: 'stopped' }], ['suspend', { suspension }], ['unsuspend', {}]] as const

  it.each(ALREADY)('never stands against %s: the engine reads at the panel whether there is something to do', (action, facts) => {
    for (const freshness of ['live', 'stale', 'unknown'] as const) expect(judgeAction(server({ ...facts, freshness }), action)).toEqual({ allowed: true })
  })

  it.each(ALREADY)('takes %s off the screen by a live observation only, so that an old row locks nobody out', (action, facts) => {
    expect(judgeOffer(server({ ...facts, freshness: 'live' }), action)).toMatchObject({ allowed: false })
    for (const freshness of ['stale', 'unknown'] as const) expect(judgeOffer(server({ ...facts, freshness }), action)).toEqual({ allowed: true })
  })

  it('offers every power action where nobody knows whether the server runs', () => {
    for (const action of ['boot', 'shutdown', 'restart', 'poweroff'] as const) expect(judgeOffer(server({ power: 'unknown', freshness: 'live' }), action)).toEqual({ allowed: true })
  })

  it('leaves a suspended server switched off, whatever is asked of its power', () => {
    for (const judge of [judgeAction, judgeOffer]) expect(judge(server({ suspension, power: 'stopped', freshness: 'stale' }), 'boot')).toEqual({ allowed: false, reason: 'This server is suspended.' })
  })
})

describe('a server that is kept busy', () => {
  const busy = (kind: string, state: 'queued' | 'running' | 'waiting' | 'needs_attention' = 'running') => server({ operation: { kind, state, step: 'verify' } })
  const allowed = (facts: ServerFacts) => SERVER_ACTIONS.filter((action) => judgeAction(facts, action).allowed)

  it.each(['boot', 'shutdown', 'restart', 'poweroff', 'rename'])('by %s keeps no admin from suspending, unsuspending or deleting it', (kind) => {
    for (const state of ['queued', 'running', 'waiting'] as const) expect(allowed(busy(kind, state))).toEqual(['suspend', 'unsuspend', 'delete'])
  })

  it.each(['create', 'suspend', 'unsuspend', 'delete', 'rebuild'])('by %s is left alone until that is over', (kind) => {
    expect(allowed(busy(kind))).toEqual([])
  })

  it('by what stands in front of a person waits for that decision', () => {
    expect(allowed(busy('rename', 'needs_attention'))).toEqual([])
  })

  it.each(OPERATION_KINDS)('by %s says what it is that keeps it, to its customer too', (kind) => {
    const reason = `${nameOperation(kind)} is under way. Wait until it is finished.`
    expect(judgeAction(busy(kind), 'rebuild')).toEqual({ allowed: false, reason })
    expect(judgeOwnAction(busy(kind), 'rebuild', 0)).toEqual({ allowed: false, reason })
    expect(nameOperation(kind)).not.toContain('operation')
  })

  it('says it in plain words', () => {
    expect(judgeAction(busy('restart'), 'boot')).toEqual({ allowed: false, reason: 'A restart is under way. Wait until it is finished.' })
    expect(judgeAction(busy('delete', 'needs_attention'), 'boot')).toEqual({ allowed: false, reason: 'A deletion waits for a decision.' })
    expect(judgeAction(busy('a kind of a newer Berth'), 'boot')).toEqual({ allowed: false, reason: 'Another operation is under way. Wait until it is finished.' })
  })
})

describe('a server whose deletion is due', () => {
  const dueAt = '2026-11-20T10:00:00.000Z'
  const due = Date.parse(dueAt)
  const scheduled = server({ deletion: { dueAt }, freshness: 'live' })

  it('is out of its customer\'s hands from that moment on, on the screen as at the server', () => {
    for (const judge of [judgeOwnAction, judgeOwnOffer]) {
      expect(judge(scheduled, 'restart', due - 1)).toEqual({ allowed: true })
      for (const action of SERVER_ACTIONS) expect(judge(scheduled, action, due)).toEqual({ allowed: false, reason: 'This server is being deleted.' })
    }
    expect(judgeOwnAction(server({ deletion: { dueAt: new Date(due) } }), 'rename', due)).toMatchObject({ allowed: false })
  })

  it('stays in the hands of admins, who may still call it off', () => {
    for (const action of ['restart', 'cancel-deletion'] as const) expect(judgeAction(scheduled, action)).toEqual({ allowed: true })
  })

  it('is in its customer\'s hands where the deletion stands in front of somebody: it does not begin by itself any more', () => {
    const halted = server({ deletion: { dueAt }, operation: { kind: 'delete', state: 'needs_attention', step: 'scheduled' } })
    expect(isDeletionDue(halted, due + 1)).toBe(false)
    for (const judge of [judgeOwnAction, judgeOwnOffer]) expect(judge(halted, 'restart', due + 1)).toEqual({ allowed: true })
    expect(isDeletionDue({ ...halted, operation: { kind: 'delete', state: 'needs_attention', step: 'check' } }, due)).toBe(true)
  })

  it('reads as deleted once it is', () => {
    expect(judgeOwnAction(server({ lifecycle: 'deleted', deletion: { dueAt } }), 'boot', due)).toEqual({ allowed: false, reason: 'This server is deleted.' })
  })
})

describe('what keeps a customer from a server', () => {
  const failed = (operation: ServerFacts['operation']) => server({ lifecycle: 'failed', operation })

  it('is never told by the buttons of an admin, and whose turn it is as it stands', () => {
    for (const judge of [judgeOwnAction, judgeOwnOffer]) {
      expect(judge(failed({ kind: 'create', state: 'failed', step: 'send' }), 'boot', 0)).toEqual({ allowed: false, reason: 'This server is not ready. Your host is looking at it.' })
      expect(judge(failed(null), 'boot', 0)).toEqual({ allowed: false, reason: 'This server was not finished. Write to the support of your host.' })
    }
    expect(judgeAction(failed(null), 'boot')).toEqual({ allowed: false, reason: 'This server was never finished. Retry its operation, or delete it.' })
  })

  it('is that the panel shows it as somebody else\'s: what they asked for would stop in front of an admin, and keep admins from suspending and deleting', () => {
    const moved = server({ isInDoubt: true, freshness: 'live' })
    for (const judge of [judgeOwnAction, judgeOwnOffer]) {
      for (const action of ['restart', 'rename', 'reset-password'] as const) expect(judge(moved, action, 0)).toEqual({ allowed: false, reason: 'Your host is looking at this server.' })
    }
    for (const action of ['suspend', 'delete', 'restart'] as const) expect(judgeAction(moved, action)).toEqual({ allowed: true })
  })

  it.each([['isMissing', { isMissing: true }], ['vanishedAt', { vanishedAt: '2026-11-20T10:00:00.000Z' }]])('is told of a server that vanished (%s) without a word of the panel', (_, facts) => {
    const missing = server({ ...facts, freshness: 'live' })
    for (const judge of [judgeOwnAction, judgeOwnOffer]) {
      for (const action of ['restart', 'rename', 'reset-password'] as const) expect(judge(missing, action, 0)).toEqual({ allowed: false, reason: 'Your host is looking at this server.' })
    }
    expect(describeState(missing)).toBe('needs_attention')
    expect(judgeAction(missing, 'restart')).toEqual({ allowed: false, reason: 'The panel no longer shows this server.' })
  })
})
