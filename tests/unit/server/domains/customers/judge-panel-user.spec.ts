import { describe, expect, it } from 'vitest'
import { judgePanelUser, type PanelUserFacts } from '../../../../../server/domains/customers/judge-panel-user.ts'

const facts = (different: Partial<PanelUserFacts> = {}): PanelUserFacts =>
  ({ virtfusionUserId: 7, isAdmin: false, takenBy: null, sharedByPlan: null, ownsServersOfOthers: false, isThrowAway: false, ...different })

describe('judgePanelUser', () => {
  it('lets an ordinary user of nobody be linked', () => {
    expect(judgePanelUser(facts())).toBeNull()
  })

  it.each([
    ['an administrator', { isAdmin: true }, 'is an administrator'],
    ['one of whom the panel does not say it', { isAdmin: null }, 'does not say'],
    ['another customer\'s', { takenBy: 'Ada' }, 'is Ada already'],
    ['a plan\'s shared owner', { sharedByPlan: 'Small' }, 'all servers of the plan Small'],
    ['the owner of other customers\' servers', { ownsServersOfOthers: true }, 'servers of other customers'],
    ['a throw-away user', { isThrowAway: true }, 'for a single order'],
  ])('refuses %s, and says why', (_, different, words) => {
    expect(judgePanelUser(facts(different))).toContain(words)
  })
})
