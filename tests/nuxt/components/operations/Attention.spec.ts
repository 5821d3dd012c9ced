import { describe, expect, it } from 'vitest'
import OperationsAttention from '~/components/operations/Attention.vue'
import type { Problem } from '#shared/schemas/common'
import type { Candidate, OperationLook } from '#shared/schemas/operations'
import { expectAccessible } from '../../support/expect-accessible'
import { findAllByRole, findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'
import { candidate, lookAt, lostAttention, lostCreate, owned, type Attention } from './operation-detail'

interface Shown { candidates?: Candidate[], attention?: Partial<Attention>, look?: OperationLook | null, problem?: Problem | null }

function propsFor({ candidates = [], attention = {}, look = null, problem = null }: Shown) {
  return { operation: lostCreate(candidates), attention: lostAttention(candidates, attention), look, looking: false, lookProblem: null, pending: false, problem }
}

function show(shown: Shown = {}) {
  return mount(OperationsAttention, { props: propsFor(shown) })
}

const radio = (value: string) => {
  const found = document.querySelector<HTMLInputElement>(`input[type=radio][value="${value}"]`)
  if (!found) throw new Error(`No radio ${value}`)
  return found
}

/** Without the column's name, which stands in the cell for phones. */
const cellsOf = (name: RegExp) => [...findByRole('row', name).querySelectorAll('td')].map((cell) => cell.textContent?.replace(/\s+/g, ' ').trim().replace(/^(Before|Now) ?/, ''))

const fieldInFocus = () => document.activeElement?.closest<HTMLElement>('[data-field]')?.dataset.field

async function choose(value: string) {
  radio(value).click()
  await settle()
}

async function type(text: string) {
  const input = document.querySelector('input[name=reason]') as HTMLInputElement
  input.value = text
  input.dispatchEvent(new Event('input', { bubbles: true }))
  await settle()
}

async function submit() {
  document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))
  await settle()
}

const built = { code: 'built', expected: null, actual: '2026-11-23', text: 'An operating system was installed on it already' }
const memory = { code: 'memory', expected: 2048, actual: 4096, text: 'Has 4096 MB of memory, not 2048' }
const refused: Problem = { type: 'about:blank', title: 'Conflict', status: 409, detail: 'The panel has a new server, number 91.', code: 'candidate_exists', requestId: 'r1' }

describe('OperationsAttention', () => {
  it('tells what was asked, sent and answered, how often Berth looked, and who waits', async () => {
    await show()
    const text = document.body.textContent
    for (const said of ['It is not known whether the server was made', 'Sent to the panel', 'Answer lost', 'Looked 14 times', 'Asks you', 'for VirtFusion user 12', 'No answer came after 30.0 s',
      '2 orders wait until this is decided', 'vps-behind', 'Bo Lund', 'and 1 more']) expect(text).toContain(said)
  })

  it('lists what an order from before a restore may have made, lets it be adopted, and warns where nothing can be seen', async () => {
    const found = owned({ virtfusionServerId: 91 })
    const fromBefore = (look: OperationLook | null) => {
      const props = propsFor({ attention: { sentAt: null, ownerId: null, baseline: null, sent: [], looks: 0 }, look })
      return { ...props, operation: { ...props.operation, diagnosis: { code: 'operation_from_before', title: 'Asked for before the restore', cause: 'It stood open.', fix: 'Look.' } } }
    }
    const wrapper = await mount(OperationsAttention, { props: fromBefore(lookAt([found], { retryRefusal: 'The panel has a new server, number 91.' })) })
    expect(document.body.textContent).toContain('The panel has a new server, number 91.')
    expect(radio('adopt').disabled).toBe(false)
    expect(radio('retry').disabled).toBe(true)

    await wrapper.setProps(fromBefore(lookAt([], { now: null })))
    expect(document.body.textContent).toContain('can\'t see what the owner has at the panel')
    expect(radio('retry').disabled).toBe(false)
  })

  it('warns of a second server when the order is sent again', async () => {
    await show()
    expect(document.body.textContent).toContain('the panel makes a second server')
  })

  it('does not for a throw-away user, without whom nothing can come of the first request', async () => {
    await show({ attention: { recipientId: 7 } })
    expect(document.body.textContent).toContain('takes the throw-away user away')
    expect(document.body.textContent).not.toContain('the panel makes a second server')
  })

  it('speaks of one order that waits as of one', async () => {
    const { orders } = lostAttention().waitingBehind
    await show({ attention: { waitingBehind: { count: 1, orders } } })
    expect(document.body.textContent).toContain('1 order waits until this is decided')
    expect(document.body.textContent).toContain('It belongs to the same owner')
  })

  it('names a throw-away user as what it is, with whom the server is for', async () => {
    await show({ attention: { ownerId: 41, recipientId: 12, expected: { ownerId: 41, groupId: 3, memoryMb: null, storageGb: null, cpuCores: null, bornAfter: null } } })
    const text = document.body.textContent
    for (const said of ['for the throw-away user 41 (made for this order; the server then goes to VirtFusion user 12)', 'Servers of the throw-away user 41', 'Berth made this user at the panel for this order alone.']) expect(text).toContain(said)
    expect(text).not.toContain('VirtFusion user 41')
  })

  it('has nothing that axe objects to, with servers and candidates on it', async () => {
    await show({ look: lookAt([owned({ differences: [memory] }), owned({ virtfusionServerId: 70, isNew: false, canAdopt: false })]) })
    await expectAccessible()
  }, 15_000)

  it('lays the owner\'s servers before and now side by side, marks the new one and names the bound one', async () => {
    await show({ look: lookAt([
      owned({ virtfusionServerId: 70, name: 'old', isNew: false, canAdopt: false }),
      owned({ virtfusionServerId: 90, name: 'sold', boundTo: { serverId: '01930000-0000-7000-8000-0000000000e1', reference: 'vps-sold' }, canAdopt: false }),
      owned({ virtfusionServerId: 91 }),
    ]) })
    const row = (id: number) => cellsOf(new RegExp(`#${id}`))
    expect(row(70)).toEqual(['There', 'There, not of Berth'])
    expect(row(71)).toEqual(['There', 'Gone'])
    expect(row(90)).toEqual(['Not there', 'There, it is vps-sold'])
    expect(row(91)).toEqual(['Not there', 'New, and nobody\'s'])
  })

  it('shows the last look while the panel is dead, and says why it can\'t be read now', async () => {
    await show({
      candidates: [candidate()],
      look: { now: null, expected: null, retryRefusal: 'The owner\'s servers can\'t be read.', diagnosis: { code: 'timeout', title: 'The panel does not answer', cause: 'No answer in 8 seconds.', fix: 'Look later.' } },
    })
    expect(document.body.textContent).toContain('The panel does not answer')
    expect(document.body.textContent).toContain('Matches the order in all that can be compared')
    expect(findByRole('row', /#70/).textContent).toContain('Not read')
    expect(radio('retry').disabled).toBe(true)
    expect(document.body.textContent).toContain('Not possible now. The owner\'s servers can\'t be read.')
  })

  it('marks each difference of a candidate with what was expected and what was found', async () => {
    await show({ candidates: [candidate({ differences: [memory, built], canAdopt: false, refusal: 'Number 91 is vps-9 already.' })] })
    expect(cellsOf(/Memory/)).toEqual(['2 GB', '4 GB, differs'])
    expect(cellsOf(/Operating system/)).toEqual(['None installed', 'Installed already, differs'])
    expect(document.body.textContent).toContain('It can\'t be adopted. Number 91 is vps-9 already.')
    expect(radio('adopt').disabled).toBe(true)
  })

  it('adopts the only clean candidate, but not without a reason', async () => {
    const wrapper = await show({ look: lookAt([owned()]) })
    await choose('adopt')
    await type('  ')
    await submit()
    expect(document.body.textContent).toContain('Say why, for whoever reads this later.')
    expect(document.activeElement?.getAttribute('name')).toBe('reason')
    expect(wrapper.emitted('resolve')).toBeUndefined()

    await type('Same owner and size, made four seconds later')
    findByRole('button', 'Adopt #91')
    await submit()
    expect(wrapper.emitted('resolve')).toEqual([[{ decision: 'adopt', virtfusionServerId: 91, reason: 'Same owner and size, made four seconds later' }]])
  })

  it('leaves the choice to the person when several may be the one, and asks for it', async () => {
    const wrapper = await show({ look: lookAt([owned(), owned({ virtfusionServerId: 92 })]) })
    await choose('adopt')
    await type('One of these')
    await submit()
    expect(document.body.textContent).toContain('Choose the server to adopt.')
    expect(fieldInFocus()).toBe('virtfusionServerId')
    await choose('92')
    await submit()
    expect(wrapper.emitted('resolve')).toEqual([[{ decision: 'adopt', virtfusionServerId: 92, reason: 'One of these' }]])
  })

  it('can stand twice on a page: no id is double, and a choice in one leaves the other alone', async () => {
    const props = propsFor({ look: lookAt([owned(), owned({ virtfusionServerId: 92 })]) })
    await mount(defineComponent(() => () => [h(OperationsAttention, props), h(OperationsAttention, props)]))
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id)
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
    const groups = new Set([...document.querySelectorAll<HTMLInputElement>('input[type=radio]')].map(({ name }) => name))
    expect(groups.size).toBe(4)
  })

  it('asks which way before anything is sent', async () => {
    const wrapper = await show()
    await type('Because')
    await submit()
    expect(document.body.textContent).toContain('Choose one of the ways out.')
    expect(fieldInFocus()).toBe('decision')
    expect(wrapper.emitted('resolve')).toBeUndefined()
  })

  it('names what trying again may cost, and keeps all that was typed when it is refused', async () => {
    const wrapper = await show({ look: lookAt([]) })
    expect(document.body.textContent).toContain('makes a second server that costs money')
    await choose('retry')
    await type('Looked in VirtFusion, nothing there')
    await submit()
    expect(wrapper.emitted('resolve')).toEqual([[{ decision: 'retry', reason: 'Looked in VirtFusion, nothing there' }]])

    await wrapper.setProps({ problem: refused })
    expect(findAllByRole('alert').map((alert) => alert.textContent).join()).toContain('number 91')
    expect((document.querySelector('input[name=reason]') as HTMLInputElement).value).toBe('Looked in VirtFusion, nothing there')
    expect(radio('retry').checked).toBe(true)
  })

  it('has nothing to adopt for an order that was never sent', async () => {
    await show({ attention: { sentAt: null, sent: [], ownerId: null, baseline: null } })
    expect(document.querySelector('input[value=adopt]')).toBeNull()
    expect(document.body.textContent).toContain('No server was ordered yet.')
    await expectAccessible()
  })
})
