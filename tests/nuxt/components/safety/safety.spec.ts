import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { readBody } from 'h3'
import { beforeEach, describe, expect, it } from 'vitest'
import AlarmBanner from '~/components/app/AlarmBanner.vue'
import Decided from '~/components/safety/Decided.vue'
import OpenAlarm from '~/components/safety/OpenAlarm.vue'
import Quiet from '~/components/safety/Quiet.vue'
import { expectAccessible } from '../../support/expect-accessible'
import { findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'
import { alarmId, held, idOf, openAlarm } from './alarm'

const bodies: { verb: string, body: unknown }[] = []
for (const verb of ['confirm', 'cancel']) {
  registerEndpoint(`/api/admin/safety/alarms/${alarmId}/${verb}`, { method: 'POST', handler: async (event) => {
    const body = await readBody<{ operationIds: string[] }>(event)
    bodies.push({ verb, body })
    return { done: body.operationIds, refused: [], isOver: true }
  } })
}
beforeEach(() => { bodies.length = 0 })

const checkboxes = () => [...document.querySelectorAll<HTMLInputElement>('li input[type=checkbox]')]
const submit = () => document.querySelector('[role=dialog] form')?.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))

async function type(label: RegExp, text: string) {
  const input = findByRole('textbox', label) as HTMLInputElement
  input.value = text
  input.dispatchEvent(new Event('input', { bubbles: true }))
  await nextTick()
}

async function press(name: string) {
  findByRole('button', name).click()
  await settle()
}

describe('SafetyOpenAlarm', () => {
  it('says what happened, and lists each operation with who asked and why, all selected', async () => {
    await mount(OpenAlarm, { props: { alarm: openAlarm() } })
    const text = document.body.textContent ?? ''
    expect(text).toContain('20 went out within an hour, and 20 are allowed for 240 servers.')
    expect(text).toMatch(/Delete web-1[\s\S]*vps-1 of Anna Berg[\s\S]*Asked for by Mara Admin/)
    expect(text).toContain('Suspended again by Berth')
    expect(checkboxes().map(({ checked }) => checked)).toEqual([true, true, true])
    await expectAccessible()
  })

  it('names what else stops an operation', async () => {
    await mount(OpenAlarm, { props: { alarm: openAlarm({ held: [held(1), held(2, { alsoWaitsFor: 'Berth only reads at the moment' })] }) } })
    const [first, second] = [...document.querySelectorAll('li')].map(({ textContent }) => textContent)
    expect(first).not.toContain('Something else')
    expect(second).toContain('Something else stops it as well: Berth only reads at the moment.')
  })

  it('speaks of one server as of one', async () => {
    await mount(OpenAlarm, { props: { alarm: openAlarm({ counted: 1, allowed: 1, fleet: 1 }) } })
    expect(document.body.textContent).toContain('1 went out within an hour, and 1 is allowed for 1 server.')
  })

  it('names the danger and lets go on exactly the selected ones, once their number and a reason are typed', async () => {
    const wrapper = await mount(OpenAlarm, { props: { alarm: openAlarm() } })
    checkboxes()[1]?.click()
    await nextTick()
    await press('Confirm selected')
    expect(findByRole('dialog', 'Delete 1 server with its disk and suspend 1 server?')).toBeDefined()
    const button = findByRole('button', 'Let 2 operations go on') as HTMLButtonElement
    expect(button.disabled).toBe(true)
    await type(/Type 2 to confirm/, '2')
    submit()
    await settle()
    expect(bodies).toEqual([])
    expect(findByRole('dialog').textContent).toContain('Say why, for whoever reads this later.')
    await type(/Reason/, 'Checked by hand')
    submit()
    await expect.poll(() => wrapper.emitted('decided')?.length).toBe(1)
    expect(bodies).toEqual([{ verb: 'confirm', body: { operationIds: [idOf(1), idOf(3)], reason: 'Checked by hand' } }])
  })

  it('selects none and all at once, and decides about nothing', async () => {
    await mount(OpenAlarm, { props: { alarm: openAlarm() } })
    await press('Select none')
    expect((findByRole('button', 'Confirm selected') as HTMLButtonElement).disabled).toBe(true)
    await press('Select all')
    expect(checkboxes().map(({ checked }) => checked)).toEqual([true, true, true])
  })

  it('asks in a dialog that everybody can use', async () => {
    await mount(OpenAlarm, { props: { alarm: openAlarm({ held: [held(1)] }) } })
    await press('Confirm selected')
    await expectAccessible(findByRole('dialog'))
  })

  it('cancels without a number to type: nothing is lost by it', async () => {
    const wrapper = await mount(OpenAlarm, { props: { alarm: openAlarm() } })
    await press('Cancel selected')
    await type(/Reason/, 'A script went wrong')
    submit()
    await expect.poll(() => wrapper.emitted('decided')?.length).toBe(1)
    expect(bodies).toMatchObject([{ verb: 'cancel', body: { operationIds: [idOf(1), idOf(2), idOf(3)] } }])
  })

  it('does not select what is asked for while somebody looks, and what is decided is what stood in the open dialog', async () => {
    const wrapper = await mount(OpenAlarm, { props: { alarm: openAlarm({ held: [held(1), held(2)] }) } })
    await press('Confirm selected')
    await wrapper.setProps({ alarm: openAlarm({ held: [held(1), held(2), held(3)] }) })
    expect(document.body.textContent).toContain('1 more is listed since you opened this, and is not selected.')
    expect(checkboxes().map(({ checked }) => checked)).toEqual([true, true, false])
    await type(/Type 2 to confirm/, '2')
    await type(/Reason/, 'Checked')
    submit()
    await expect.poll(() => bodies.length).toBe(1)
    expect(bodies).toMatchObject([{ body: { operationIds: [idOf(1), idOf(2)] } }])
  })

  it('offers to end an alarm of which nothing is left', async () => {
    await mount(OpenAlarm, { props: { alarm: openAlarm({ held: [] }) } })
    await press('End the alarm')
    expect(findByRole('dialog', 'End the alarm?')).toBeDefined()
    await type(/Reason/, 'All were cancelled one by one')
    submit()
    await expect.poll(() => bodies.length).toBe(1)
    expect(bodies).toMatchObject([{ verb: 'confirm', body: { operationIds: [] } }])
  })

  it('says that a long list goes on', async () => {
    await mount(OpenAlarm, { props: { alarm: openAlarm({ held: [held(1), held(2)], heldCount: 1200 }) } })
    expect(document.body.textContent).toContain('The oldest 2 of 1,200 are listed.')
  })
})

describe('SafetyQuiet and SafetyDecided', () => {
  it('tell how much of the hour is used, and what was decided earlier by whom', async () => {
    await mount(Quiet, { props: { lastHour: { counted: 3, allowed: 20, fleet: 240 } } })
    await mount(Decided, { props: { alarms: [{ id: alarmId, counted: 20, allowed: 20, fleet: 240, createdAt: '2026-11-23T17:00:00.000Z', decision: 'cancelled', reason: 'A script went wrong', decidedBy: 'Mara Admin', decidedAt: '2026-11-23T17:10:00.000Z' }] } })
    const text = document.body.textContent ?? ''
    expect(text).toContain('In the last hour 3 of the 20 suspensions, deletions and reinstallations that are allowed for 240 servers.')
    expect(text).toMatch(/Cancelled[\s\S]*A script went wrong[\s\S]*by Mara Admin/)
    await expectAccessible()
  })
})

describe('AppAlarmBanner', () => {
  let brief: object
  registerEndpoint('/api/admin/safety/alarm', () => brief)
  beforeEach(() => clearNuxtData())

  it('says nothing while nothing is stopped', async () => {
    brief = { alarm: null }
    await mount(AlarmBanner)
    await settle()
    expect(document.body.textContent.trim()).toBe('')
  })

  it('says on every page that operations wait, and leads to the list', async () => {
    brief = { alarm: { id: alarmId, createdAt: '2026-11-23T17:00:00.000Z', heldCount: 37 } }
    await mount(AlarmBanner)
    await settle()
    expect(findByRole('status').textContent).toBe('Suspensions, deletions and reinstallations are stopped. 37 operations wait for an admin.')
    expect(findByRole('note').textContent).toContain('37 operations wait')
    expect(findByRole('link', 'Look at the list').getAttribute('href')).toBe('/admin/safety')
    await expectAccessible()
  })
})
