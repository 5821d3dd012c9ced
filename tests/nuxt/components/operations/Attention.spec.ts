import { describe, expect, it } from 'vitest'
import OperationsAttention from '~/components/operations/Attention.vue'
import type { OperationDetail } from '#shared/schemas/operations'
import { expectAccessible } from '../../support/expect-accessible'
import { findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'
import { candidate, lostCreate } from './operation-detail'

const show = (operation: OperationDetail) => mount(OperationsAttention, { props: { operation, pending: false, problem: null } })

async function giveReason(text: string) {
  const input = document.querySelector('textarea[name=reason]') as HTMLTextAreaElement
  input.value = text
  input.dispatchEvent(new Event('input', { bubbles: true }))
  document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))
  await settle()
}

describe('OperationsAttention', () => {
  it('tells what was sent, to whom, what was there before and how many orders wait', async () => {
    await show(lostCreate([candidate()]))
    const text = document.body.textContent
    expect(text).toContain('It is not known whether the server was made')
    expect(text).toContain('VirtFusion user 12')
    expect(text).toContain('#70, #71')
    expect(text).toContain('2 orders wait until this is decided')
    await expectAccessible()
  })

  it('marks how a candidate differs from the order', async () => {
    await show(lostCreate([candidate(), candidate({ virtfusionServerId: 92, differences: ['Memory is 4096 MB, not 2048 MB'], canAdopt: false })]))
    expect(document.body.textContent).toContain('Memory is 4096 MB, not 2048 MB')
    expect(document.body.textContent).toContain('Matches the order in all that can be compared')
  })

  it('adopts the only clean candidate, but not without a reason', async () => {
    const wrapper = await show(lostCreate([candidate()]))
    findByRole('button', 'Adopt').click()
    await settle()
    await giveReason('  ')
    expect(document.body.textContent).toContain('Say why, for whoever reads this later.')
    expect(wrapper.emitted('resolve')).toBeUndefined()

    await giveReason('Same owner and size, made four seconds later')
    expect(wrapper.emitted('resolve')).toEqual([[{ decision: 'adopt', virtfusionServerId: 91, reason: 'Same owner and size, made four seconds later' }]])
  })

  it('leaves the choice to the person when several may be the one', async () => {
    await show(lostCreate([candidate(), candidate({ virtfusionServerId: 92 })]))
    expect((findByRole('button', 'Adopt') as HTMLButtonElement).disabled).toBe(true)
    expect(document.body.textContent).toContain('Choose a server above first.')
  })

  it('says why adopting is off when nothing was found, and warns before a second create', async () => {
    const wrapper = await show(lostCreate([]))
    expect(document.body.textContent).toContain('There is no server to adopt.')
    findByRole('button', 'Try again').click()
    await settle()
    expect(findByRole('dialog').textContent).toContain('would be a second one')
    await giveReason('Looked in VirtFusion, nothing there')
    expect(wrapper.emitted('resolve')).toEqual([[{ decision: 'retry', reason: 'Looked in VirtFusion, nothing there' }]])
  })
})
