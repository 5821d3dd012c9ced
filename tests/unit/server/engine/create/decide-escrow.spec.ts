import { describe, expect, it } from 'vitest'
import { decideEscrow } from '../../../../../server/engine/create/decide-escrow.ts'
import { nameEscrowUser } from '../../../../../server/engine/create/escrow-name.ts'
import type { StoredCandidate } from '../../../../../server/engine/create/find-candidates.ts'
import { release } from '../../../../../server/engine/create/resolution.ts'
import { planRetry } from '../../../../../server/engine/plan-retry.ts'
import { judgeEscrowStart } from '../../../../../server/engine/steps/create/prepare-escrow.ts'

const candidate = (id: number): StoredCandidate => ({
  id, uuid: `u${id}`, name: '', created: null, memoryMb: 1, storageGb: 1, cpuCores: 1, ipv4: [], differences: [{ code: 'memory', expected: 2, actual: 1 }],
})
const settling = { looks: 0, elapsedMs: 0, horizonMs: 60_000 }

describe('a lost create that was sent for a throw-away user', () => {
  it('is the one server that this user has, whatever its size: nobody else orders for it', () => {
    expect(decideEscrow({ ...settling, look: { type: 'complete', candidates: [candidate(1)] } })).toMatchObject({ type: 'adopt', candidate: { id: 1 } })
  })

  it('is a matter for a person when there are several', () => {
    expect(decideEscrow({ ...settling, look: { type: 'complete', candidates: [candidate(1), candidate(2)] } })).toMatchObject({ type: 'ask' })
  })

  it.each(['complete', 'gone'] as const)('is looked for until the horizon and then fenced (%s)', (type) => {
    expect(decideEscrow({ ...settling, elapsedMs: 59_999, look: { type, candidates: [] } })).toMatchObject({ type: 'look-again' })
    expect(decideEscrow({ ...settling, elapsedMs: 60_000, look: { type, candidates: [] } })).toEqual({ type: 'fence' })
  })

  it('is never fenced on a list that could not be read', () => {
    expect(decideEscrow({ ...settling, looks: 99, elapsedMs: 3_600_000, look: { type: 'failed', candidates: [] } })).toEqual({ type: 'look-again', ms: 15_000 })
  })
})

describe('a throw-away user', () => {
  it('has a name and an address that the panel takes, another for each attempt', () => {
    const of = (number: number) => nameEscrowUser({ installation: 'berth-019b8d35-db3d-7ba5-aaf0-12f42be60000', operationId: '019b8d4a-5b93-7473-a930-2f59b0910000', number })
    expect(of(1).relation).toMatch(/^[\w-]{2,200}$/)
    expect(of(1).email.split('@')[0]?.length).toBeLessThan(64)
    expect(new Set([of(1).relation, of(2).relation, of(1).email, of(2).email]).size).toBe(4)
  })

  it('must own nothing before an order is sent for it: what it owns was made by an earlier attempt', () => {
    const now = new Date('2026-01-05T08:00:00Z')
    expect(judgeEscrowStart([], now)).toBeNull()
    expect(judgeEscrowStart([7], now)).toMatchObject({ type: 'next', step: 'settle' })
    expect(judgeEscrowStart(null, now)).toMatchObject({ type: 'retry', step: 'prepare' })
  })
})

describe('what a person decides about such an order', () => {
  const order = { features: { virtfusion_package_id: 1, virtfusion_user_id: 2, virtfusion_hypervisor_id: 1 }, overrides: {}, ownerMode: 'plan', mode: 'escrow', operatingSystemId: null }
  const escrow = { relation: 'berth-x-1', recipientId: 2, refusals: 6 }

  it('goes through the fence when it may have been sent, and begins anew when not', () => {
    expect(release({ memory: { order, ownerId: 9, escrow, sentAt: '2026-01-05T08:00:00.000Z' } }, 'It never came.')).toMatchObject({ step: 'fence', memory: { ownerId: 9, escrow: { refusals: 0 } } })
    expect(release({ memory: { order, ownerId: 9, escrow, escrowNumber: 3 } }, 'It never came.')).toMatchObject({ step: 'prepare', memory: { escrowNumber: 3 } })
  })

  it('goes on with the hand-over of a server that is bound, never past it', () => {
    expect(planRetry({ kind: 'create', step: 'settle', memory: { order, escrow }, isBound: true }).step).toBe('transfer')
    expect(planRetry({ kind: 'create', step: 'transfer', memory: { order, escrow, transfers: 10 }, isBound: true })).toMatchObject({ step: 'transfer', memory: { escrow } })
    expect(planRetry({ kind: 'create', step: 'install', memory: { order, escrow }, isBound: true }).step).toBe('install')
  })
})
