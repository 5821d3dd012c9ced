import { describe, expect, it } from 'vitest'
import { judgePanelSign, nextPanelHealth, pauseScope, type Health, type PanelSign } from '../../../../server/engine/decide-panel-health.ts'
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
  ] as const)('is "%s" for %s with %o', (type, operation, fields) => expect(sign(operation, fields)?.type).toBe(type))

  it('is none where one call fails at the panel, or a proxy speaks', () => {
    expect(sign('servers.suspend', { kind: 'server-error', status: 500, bodyForm: 'none' })).toBeNull()
    expect(sign('servers.create', { kind: 'forbidden', status: 403, bodyForm: 'html' })).toBeNull()
  })
})
