import { describe, expect, it } from 'vitest'
import { clockDifference, daysUntil, decideCertificateNotice, judgePanelSign, measureCall, nextPanelHealth, pauseScope, type Health, type PanelSign } from '../../../../server/engine/decide-panel-health.ts'
import { VirtFusionError, type VirtFusionErrorFields } from '../../../../server/virtfusion/errors.ts'

const unknown: Health = { isReachable: null, changedAt: null, lastSuccessAt: null, lastFailureAt: null, failuresInARow: 0, diagnosis: null, version: null, pausedAt: null }
const now = new Date('2026-01-01T00:00:00Z')
const diagnosis = { code: 'connection_refused', params: {} }

function play(signs: PanelSign[], from: Health = unknown) {
  return signs.reduce((state, sign) => {
    const { health, turns } = nextPanelHealth(state.health, sign, now)
    return { health, told: [...state.told, ...turns] }
  }, { health: from, told: [] as string[] })
}
const silent: PanelSign = { type: 'silent', diagnosis }
const answered: PanelSign = { type: 'answered', operation: 'servers.get' }

describe('the panel\'s health', () => {
  it('tells once of an outage, after three failures in a row, and once of its end', () => {
    const { health, told } = play([answered, silent, silent, silent, silent, silent, answered, answered])
    expect(told).toEqual(['unreachable', 'back'])
    expect(health).toMatchObject({ isReachable: true, failuresInARow: 0, diagnosis: null })
  })

  it('says nothing of single failures between answers', () => {
    expect(play([answered, silent, silent, answered, silent, silent, answered]).told).toEqual([])
  })

  it('says nothing when it is reached for the first time', () => {
    expect(play([answered]).told).toEqual([])
  })

  it('pauses on a refused token and goes on after any success', () => {
    const { health, told } = play([{ type: 'refused', diagnosis, scope: 'everything' }, { type: 'refused', diagnosis, scope: 'everything' }])
    expect(told).toEqual(['paused'])
    expect(pauseScope(health.diagnosis)).toBe('everything')
    expect(play([answered], health)).toMatchObject({ told: ['resumed'], health: { pausedAt: null } })
  })

  it('keeps a pause for a missing permission until that very call succeeds', () => {
    const { health } = play([{ type: 'refused', diagnosis, scope: 'create' }])
    expect(pauseScope(health.diagnosis)).toBe('create')
    expect(play([answered, { type: 'answered', operation: null }], health).told).toEqual([])
    expect(play([{ type: 'answered', operation: 'servers.create' }], health).told).toEqual(['resumed'])
  })

  it('keeps the reason of a pause through an outage', () => {
    const { health } = play([{ type: 'refused', diagnosis: { code: 'unauthorized', params: {} }, scope: 'everything' }, silent, silent, silent])
    expect(health).toMatchObject({ isReachable: false, diagnosis: { code: 'unauthorized' } })
  })
})

describe('a panel that asks to wait', () => {
  const minute = (at: number) => new Date(now.getTime() + at * 60_000)
  const limited = (askedMs: number | null): PanelSign => ({ type: 'limited', askedMs })
  const pass = (signs: [at: number, sign: PanelSign][], from: Health = { ...unknown, isReachable: true }) => signs.reduce((state, [at, sign]) => {
    const { health, turns } = nextPanelHealth(state.health, sign, minute(at))
    return { health, told: [...state.told, ...turns] }
  }, { health: from, told: [] as string[] })

  it('says nothing while that is the pace, and tells once of a wait that has lasted two minutes, until when, and of its end', () => {
    const { health, told } = pass([[0, limited(86_400_000)], [1, limited(null)], [1.9, limited(null)]])
    expect(told).toEqual([])
    expect(health).toMatchObject({ isReachable: true, failuresInARow: 0 })
    const lasting = pass([[2, limited(null)], [3, limited(null)]], health)
    expect(lasting).toMatchObject({ told: ['limited'], health: { isReachable: false, changedAt: minute(2), diagnosis: { code: 'panel_limits_calls', params: { since: now.toISOString(), until: minute(1_440).toISOString() } } } })
    expect(pass([[5, answered]], lasting.health)).toMatchObject({ told: ['back'], health: { isReachable: true, diagnosis: null } })
  })

  it('counts anew after an answer, and after a time in which nobody asked', () => {
    expect(pass([[0, limited(null)], [1, answered], [2, limited(null)], [3, limited(null)]]).told).toEqual([])
    expect(pass([[0, limited(null)], [60, limited(null)], [61, limited(null)]]).told).toEqual([])
  })

  it('keeps the reason of a refused token', () => {
    const { health } = pass([[0, { type: 'refused', diagnosis, scope: 'everything' }]])
    expect(pass([[1, limited(null)], [2, limited(null)], [3, limited(null)], [4, limited(null)]], health)).toMatchObject({ told: [], health: { diagnosis: { code: 'connection_refused' }, isReachable: true } })
  })
})

describe('the panel\'s version', () => {
  const names = (version: string | null): PanelSign => ({ type: 'answered', operation: 'connection.connect', version })

  it('is told of when it changes, and not when it is learnt for the first time or not named', () => {
    const { health, told } = play([names('7.0.2'), names(null), answered, names('7.0.2'), names('7.1.0'), names('7.1.0')])
    expect(told).toEqual(['version_changed'])
    expect(health.version).toBe('7.1.0')
  })

  it('is read where the panel names it, in its status too', () => {
    expect(judgePanelSign({ ok: true, value: { version: '7.1.0' }, panelDate: null }, 'connection.status')).toMatchObject({ version: '7.1.0' })
  })
})

describe('the notice of a certificate', () => {
  it.each([[40, null], [21, null], [20, 21], [7, 21], [6, 7], [1, 7], [0, 1], [-3, 1]])('with %d days left is that of %s days', (days, notice) => {
    expect(decideCertificateNotice(days)).toBe(notice)
  })

  it('counts whole days', () => {
    expect(daysUntil(new Date(now.getTime() + 1.9 * 86_400_000), now)).toBe(1)
    expect(daysUntil(new Date(now.getTime() - 1), now)).toBe(-1)
  })
})

describe('the difference of the clocks', () => {
  it.each([[1_400, 1], [-90_000, -90], [-9e14, -1e9], [9e14, 1e9]])('of %d ms is %d s, however far off a clock is', (ms, seconds) => {
    expect(clockDifference(new Date(now.getTime() + ms), now)).toBe(seconds)
  })
})

describe('what a call adds to its minute', () => {
  const sent = { attempts: 1, durationMs: 41.6 }
  const failed = (kind: VirtFusionErrorFields['kind']) => ({
    ok: false as const, diagnosis, panelDate: null, error: new VirtFusionError({ operation: 'servers.get', method: 'GET', path: '/x', kind, effect: 'none', isRetryable: false }),
  })

  it('is its duration, in whole milliseconds', () => {
    expect(measureCall({ ok: true, value: null, panelDate: null }, sent)).toEqual({ isFailure: false, durationMs: 42 })
  })

  it.each([['timeout', true], ['dns', true], ['server-error', true], ['unauthorized', true], ['not-found', false], ['invalid', false], ['forbidden', false]] as const)('of a call that ended as %s is a failure: %s', (kind, isFailure) => {
    expect(measureCall(failed(kind), sent)).toMatchObject({ isFailure })
  })

  it('is nothing for a call that never left, or that Berth gave up', () => {
    expect(measureCall(failed('circuit-open'), { attempts: 0, durationMs: 1 })).toBeNull()
    expect(measureCall(failed('aborted'), sent)).toBeNull()
    expect(measureCall(failed('timeout'), null)).toBeNull()
  })
})

describe('the sign in an answer', () => {
  const sign = (operation: string, fields: Partial<VirtFusionErrorFields>) => judgePanelSign({
    ok: false, diagnosis, panelDate: null,
    error: new VirtFusionError({ operation, method: 'GET', path: '/x', kind: 'timeout', effect: 'none', isRetryable: false, ...fields }),
  }, operation)

  it.each([
    ['silent', 'servers.get', { kind: 'refused' }],
    ['silent', 'connection.connect', { kind: 'server-error', status: 500, bodyForm: 'html' }],
    ['refused', 'servers.get', { kind: 'unauthorized', status: 401, bodyForm: 'empty' }],
    ['refused', 'servers.create', { kind: 'forbidden', status: 403, bodyForm: 'json' }],
    ['answered', 'servers.list', { kind: 'forbidden', status: 403, bodyForm: 'json' }],
    ['answered', 'servers.get', { kind: 'locked', status: 423, bodyForm: 'json' }],
    ['limited', 'servers.get', { kind: 'rate-limited', status: 429, bodyForm: 'html', askedToWaitMs: 5_000 }],
    ['limited', 'connection.connect', { kind: 'rate-limited', status: null }],
  ] as const)('is "%s" for %s with %o', (type, operation, fields) => expect(sign(operation, fields)?.type).toBe(type))

  it('is none where one call fails at the panel, or a proxy speaks', () => {
    expect(sign('servers.suspend', { kind: 'server-error', status: 500, bodyForm: 'none' })).toBeNull()
    expect(sign('servers.create', { kind: 'forbidden', status: 403, bodyForm: 'html' })).toBeNull()
  })
})
