import { describe, expect, it } from 'vitest'
import { followUp } from '../../../../server/engine/follow-up.ts'
import { SUSPENSION_ENFORCED } from '../../../../server/engine/run.ts'
import type { Prisma } from '../../../../server/generated/prisma/client.ts'
import { newOperation, newServer } from '../../../chaos/simulation/rows.ts'

const AT = new Date('2026-01-05T08:00:00Z')
const customer = { id: 'c', name: 'C', email: 'c@example.com', virtfusionUserId: 2, virtfusionExtRelationId: 1, disabledAt: null }
const order = { features: { virtfusion_package_id: 1, virtfusion_user_id: 2, virtfusion_hypervisor_id: 1 }, overrides: {}, ownerMode: 'plan' as const, mode: 'direct' as const, operatingSystemId: 1 }

interface Scene { kind: 'suspend' | 'unsuspend', memory: Prisma.JsonObject, isShown: boolean, isWished?: boolean, attempt?: number, cause?: string, state?: 'failed' | 'cancelled' | 'needs_attention' }

/** What the end of an operation makes of the wish; undefined: it stays as it is. */
function wishAfter({ kind, memory, isShown, isWished = kind === 'suspend', attempt = 0, cause = 'asked', state = 'failed' }: Scene): boolean | undefined {
  const server = { ...newServer({ id: 's', number: 1, customer, order, at: AT }), desiredSuspended: isWished, suspendedAt: isShown ? AT : null }
  const operation = { ...newOperation({ id: 'o', serverId: 's', kind, at: AT }), cause }
  const writes = followUp({ operation, server, transition: { state, attempt, memory, diagnosis: null } })
  return writes.flatMap((write) => (write.type === 'server' ? [write.patch.desiredSuspended] : []))[0]
}

describe('whether a server is to be suspended after an operation about it came to nothing', () => {
  it.each(['failed', 'cancelled'] as const)('is as before it was asked for, whatever the panel shows, once it has %s', (state) => {
    for (const kind of ['suspend', 'unsuspend'] as const) {
      for (const wishedBefore of [true, false]) {
        for (const isShown of [true, false]) expect(wishAfter({ kind, state, isShown, memory: { wishedBefore } })).toBe(wishedBefore)
      }
    }
  })

  it('stays what it asked for while it waits for a person', () => {
    expect(wishAfter({ kind: 'unsuspend', state: 'needs_attention', isShown: true, memory: { wishedBefore: true } })).toBeUndefined()
  })

  it('stays what somebody has decided meanwhile', () => {
    expect(wishAfter({ kind: 'unsuspend', isWished: true, isShown: true, memory: { wishedBefore: false } })).toBeUndefined()
  })

  it.each([{ acceptedAt: AT.toISOString() }, { isUnknown: true }, { isBlind: true }])('stays yes where a suspension shows that may be its own: %j', (learnt) => {
    expect(wishAfter({ kind: 'suspend', attempt: 1, isShown: true, memory: { wishedBefore: false, ...learnt } })).toBeUndefined()
    expect(wishAfter({ kind: 'suspend', attempt: 1, isShown: false, memory: { wishedBefore: false, ...learnt } })).toBe(false)
  })

  it('stays no where its lifting may still take effect: nobody is suspended again for it', () => {
    expect(wishAfter({ kind: 'unsuspend', isShown: true, memory: { wishedBefore: true, isUnknown: true } })).toBeUndefined()
  })

  it('goes by the panel for an operation of an earlier version, but for a suspension that is made again', () => {
    expect(wishAfter({ kind: 'unsuspend', isShown: true, memory: {} })).toBe(true)
    expect(wishAfter({ kind: 'suspend', isShown: false, memory: {} })).toBe(false)
    expect(wishAfter({ kind: 'suspend', isShown: false, memory: {}, cause: SUSPENSION_ENFORCED })).toBeUndefined()
    expect(wishAfter({ kind: 'suspend', state: 'cancelled', isShown: false, memory: {}, cause: SUSPENSION_ENFORCED })).toBe(false)
  })
})
