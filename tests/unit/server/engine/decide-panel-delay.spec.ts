import { describe, expect, it } from 'vitest'
import { findPanelDue, judgePanelDelay, readPanelDelay } from '../../../../server/engine/decide-panel-delay.ts'

const at = (minutes: number) => new Date(Date.UTC(2026, 10, 26, 8) + minutes * 60_000)

describe('the delay of a deletion', () => {
  it('is the panel\'s only where that was asked for: everything else goes at once', () => {
    expect(readPanelDelay({ input: { heldBy: 'panel', delayMinutes: 1440 } })).toBe(1440)
    for (const input of [{}, { delayMinutes: 1440 }, { heldBy: 'berth', delayMinutes: 1440 }, { heldBy: 'panel', delayMinutes: 0 }, { heldBy: 'panel' }, null]) expect(readPanelDelay({ input })).toBeNull()
  })
})

describe('when the panel deletes', () => {
  const sent = { delayMinutes: 60, askedAt: at(0).toISOString() }

  it('counts from when it was sent, where the panel tells no time', () => {
    expect(findPanelDue({ ...sent, now: at(10), panelDate: null })).toEqual(at(60))
    expect(findPanelDue({ ...sent, now: at(10), panelDate: at(12) })).toEqual(at(60))
  })

  it('goes by what the panel\'s own clock has left, also after ours was set back or ahead', () => {
    const taken = { ...sent, acceptedAtPanel: at(2).toISOString() }
    expect(findPanelDue({ ...taken, now: at(10), panelDate: at(12) })).toEqual(at(60))
    expect(findPanelDue({ ...taken, now: at(-50), panelDate: at(12) })).toEqual(at(0))
    expect(findPanelDue({ ...taken, now: at(70), panelDate: at(12) })).toEqual(at(120))
  })
})

describe('a look at a server whose deletion the panel holds', () => {
  const look = { dueAt: at(60), now: at(10), isShown: false, deleteLevel: 0 }

  it('takes a panel that shows nothing of what lies ahead at its word until it is due', () => {
    expect(judgePanelDelay(look)).toBe('counts')
    expect(judgePanelDelay({ ...look, deleteLevel: null, isShown: true })).toBe('counts')
    expect(judgePanelDelay({ ...look, now: at(60) })).toBe('due')
  })

  it('settles a lost answer only by what the panel shows', () => {
    expect(judgePanelDelay({ ...look, dueAt: null, deleteLevel: 1 })).toBe('counts')
    expect(judgePanelDelay({ ...look, dueAt: null })).toBe('unsettled')
    expect(judgePanelDelay({ ...look, dueAt: null, deleteLevel: null })).toBe('unsettled')
  })

  it('sees that it was called off at the panel where the panel had shown it', () => {
    expect(judgePanelDelay({ ...look, isShown: true })).toBe('called-off')
    expect(judgePanelDelay({ ...look, isShown: true, deleteLevel: 1 })).toBe('counts')
  })
})
