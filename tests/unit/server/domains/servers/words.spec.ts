import { describe, expect, it } from 'vitest'
import { OPERATION_KINDS, OPERATION_STATES, OPERATION_STEPS } from '../../../../../shared/lifecycle/operations.ts'
import { judgeFreshness } from '../../../../../server/domains/servers/freshness.ts'
import { newReference } from '../../../../../server/domains/servers/reference.ts'
import { stepForCustomer, stepLabelForCustomer, stepsForCustomer } from '../../../../../server/domains/servers/step-label.ts'

describe('stepLabelForCustomer', () => {
  it('says something for every kind, state and step, and names neither the panel nor its software', () => {
    for (const kind of OPERATION_KINDS) {
      for (const state of OPERATION_STATES) {
        for (const step of OPERATION_STEPS[kind]) {
          const text = stepLabelForCustomer({ kind, state, step })
          expect(text).toMatch(/^[A-Z].*\.$/)
          expect(text).not.toMatch(/panel|virtfusion|undefined|_/i)
        }
      }
    }
  })

  it('tells the installation apart while it runs', () => {
    expect(stepLabelForCustomer({ kind: 'create', state: 'waiting', step: 'await_install' })).toBe('The operating system is being installed.')
    expect(stepLabelForCustomer({ kind: 'create', state: 'failed', step: 'await_install' })).not.toContain('being installed')
  })
})

describe('stepForCustomer', () => {
  it('is a step of the kind, and never one that tells how an order is sent once', () => {
    for (const kind of OPERATION_KINDS) {
      const shown = OPERATION_STEPS[kind].map((step) => stepForCustomer({ step }))
      for (const step of shown) {
        expect(OPERATION_STEPS[kind]).toContain(step)
        expect(['intend', 'settle', 'fence', 'transfer']).not.toContain(step)
      }
    }
    expect(stepForCustomer({ step: 'await_install' })).toBe('await_install')
  })
})

describe('stepsForCustomer', () => {
  it('tells every kind at every step with the current one among them, and names neither the panel nor how an order is sent once', () => {
    for (const kind of OPERATION_KINDS) {
      for (const step of OPERATION_STEPS[kind]) {
        const steps = stepsForCustomer({ kind, state: 'running', step, memory: {} })
        expect(steps.filter(({ status }) => status === 'current').map(({ name }) => name)).toEqual([stepForCustomer({ step })])
        expect(new Set(steps.map(({ label }) => label)).size).toBe(steps.length)
        for (const { name, label } of steps) {
          expect(label).toMatch(/^[A-Z][a-z ]+$/)
          expect(`${name} ${label}`).not.toMatch(/panel|virtfusion|intend|settle|fence|transfer/i)
        }
      }
    }
  })

  it('announces no installation where none was ordered', () => {
    const order = { features: { virtfusion_package_id: 1, virtfusion_user_id: 1, virtfusion_hypervisor_id: 1 }, overrides: {}, ownerMode: 'plan', operatingSystemId: null }
    const namesAt = (step: string) => stepsForCustomer({ kind: 'create', state: 'running', step, memory: { order } }).map(({ name }) => name)
    expect(namesAt('send')).toEqual(['prepare', 'send', 'confirm'])
    expect(namesAt('confirm')).toEqual(['prepare', 'send', 'confirm'])
  })

  it('is done from end to end once it worked', () => {
    expect(stepsForCustomer({ kind: 'rebuild', state: 'succeeded', step: 'confirm', memory: {} }).map(({ status }) => status)).toEqual(['done', 'done', 'done', 'done'])
  })
})

describe('newReference', () => {
  it('has no letter or digit that is taken for another', () => {
    for (let n = 0; n < 1000; n++) expect(newReference()).toMatch(/^vps-[2-9a-hjkmnp-z]{5}$/)
  })
})

describe('judgeFreshness', () => {
  const now = new Date('2026-11-23T12:00:00.000Z')
  const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000)

  it('is live up to twenty minutes, then stale, and unknown without an observation', () => {
    expect(judgeFreshness(ago(20), now)).toBe('live')
    expect(judgeFreshness(new Date(ago(20).getTime() - 1), now)).toBe('stale')
    expect(judgeFreshness(null, now)).toBe('unknown')
  })

  it('is stale from an hour that is still to come: the clock was set back, and nobody knows how old that is', () => {
    expect(judgeFreshness(ago(-60), now)).toBe('stale')
    expect(judgeFreshness(ago(-1), now)).toBe('live')
  })
})
