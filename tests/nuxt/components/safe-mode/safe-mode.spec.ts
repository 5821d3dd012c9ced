import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { readBody, setResponseStatus } from 'h3'
import { beforeEach, describe, expect, it } from 'vitest'
import SafeModeCompared from '~/components/safe-mode/Compared.vue'
import SafeModeLeave from '~/components/safe-mode/Leave.vue'
import SafeModeReport from '~/components/safe-mode/Report.vue'
import SafeModePage from '~/pages/admin/safe-mode.vue'
import type { SafeMode, SafeModeReport as Report } from '#shared/schemas/identity'
import { expectAccessible } from '../../support/expect-accessible'
import { findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'

const HOST = 'cp.example.com'
const SINCE = '2026-11-25T10:00:00.000Z'
const mode = {
  since: SINCE,
  reason: { code: 'panel_was_restored', title: 'The panel was put back to an older state', cause: 'The count went back.', fix: 'Compare.' },
  compared: [
    { what: 'Address of the panel', stored: `https://${HOST}`, seen: `https://${HOST}`, isSame: true },
    { what: 'Witness user', stored: 'User 40, count 12', seen: 'User 40, count 3', isSame: false },
    { what: 'Berth\'s database', stored: '1:1:1:1', seen: null, isSame: null },
  ],
  failure: null,
  bound: { servers: 3, customers: 1, operations: 2 },
  host: HOST,
  stopsOperations: false,
} satisfies SafeMode
const calm: SafeMode = { ...mode, since: null, reason: null, compared: [] }
const group = (kind: Report['groups'][number]['kind'], count: number): Report['groups'][number] => ({
  kind, count,
  items: count === 0 ? [] : [{ serverId: '019a0000-0000-7000-8000-0000000000aa', reference: 'vps-7k3m9', name: 'web-1', virtfusionServerId: 101, ownerId: 2, remoteOwnerId: 5 }],
})

let shown: SafeMode
let report: Report
let refusal: object | null
let reportStatus: number
const sent: unknown[] = []
registerEndpoint('/api/admin/safe-mode', () => shown)
registerEndpoint('/api/admin/safe-mode/report', { method: 'POST', handler: (event) => {
  if (reportStatus === 200) return report
  setResponseStatus(event, reportStatus)
  return { type: 'about:blank', title: 'The panel could not be asked', status: reportStatus, detail: 'The panel gave no complete list.', code: 'panel_unavailable', requestId: 'r' }
} })
registerEndpoint('/api/admin/safe-mode/leave', {
  method: 'POST',
  handler: async (event) => {
    sent.push(await readBody(event))
    if (refusal) setResponseStatus(event, 502)
    return refusal ?? calm
  },
})

beforeEach(() => {
  clearNuxtData()
  sent.length = 0
  shown = mode
  refusal = null
  reportStatus = 200
  report = { madeAt: '2026-11-25T10:05:00.000Z', failure: null, groups: [group('same', 0), group('missing', 250), group('owner_changed', 1)] }
})

async function fill(label: string, text: string) {
  const field = [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea')].find((input) => document.querySelector(`label[for="${input.id}"]`)?.textContent?.includes(label))
  if (!field) throw new Error(`There is no field "${label}"`)
  field.value = text
  field.dispatchEvent(new Event('input'))
  await settle()
}

describe('the safe mode page', () => {
  it('says why, compares, and offers the ways out', async () => {
    await mount(SafeModePage)
    await settle()
    const text = document.body.textContent ?? ''
    for (const words of ['The panel was put back to an older state', '3 servers, 1 customer', 'User 40, count 3', 'Compare now', 'It is a new panel']) expect(text).toContain(words)
    await expectAccessible()
  })

  it('says that nothing is wrong when nothing is', async () => {
    shown = calm
    await mount(SafeModePage)
    await settle()
    expect(document.body.textContent).toContain('Berth is not in safe mode')
    expect(document.body.textContent).not.toContain('Compare now')
    await expectAccessible()
  })
})

describe('SafeModeCompared', () => {
  it('tells same, different and unknown apart in words', async () => {
    await mount(SafeModeCompared, { props: { compared: mode.compared } })
    const rows = [...document.querySelectorAll('tbody tr')].map((row) => row.textContent)
    expect(rows[0]).toContain('Same')
    expect(rows[1]).toContain('Different')
    expect(rows[2]).toMatch(/Could not be read.*Not known/)
    await expectAccessible()
  })
})

describe('SafeModeReport', () => {
  it('counts each group, opens those that hold something, and says how many more there are', async () => {
    await mount(SafeModeReport)
    findByRole('button', 'Compare now').click()
    await settle()
    expect(document.body.textContent).toContain('None: As Berth knows them')
    findByRole('button', 'Missing at the panel: 250').click()
    findByRole('button', 'Another owner: 1').click()
    await settle()
    expect(document.body.textContent).toContain('And 249 more.')
    expect(document.body.textContent).toContain('user 2, now 5')
    await expectAccessible()
  })

  it('says why there is nothing to compare with', async () => {
    report = { ...report, groups: [], failure: { code: 'forbidden', title: 'Permission missing', cause: 'The token may not list servers.', fix: 'Allow it.' } }
    await mount(SafeModeReport)
    findByRole('button', 'Compare now').click()
    await settle()
    expect(document.body.textContent).toContain('The token may not list servers.')
  })
})

async function choose(label: string) {
  const input = [...document.querySelectorAll<HTMLInputElement>('input[type=radio], input[type=checkbox]')].find(({ id }) => document.querySelector(`label[for="${id}"]`)?.textContent?.includes(label))
  if (!input) throw new Error(`There is no choice "${label}"`)
  input.click()
  await settle()
}

const isOff = () => findByRole('button', 'Leave safe mode').hasAttribute('disabled')

describe('what has to be done before safe mode is left', () => {
  it('is to look at the compared servers and to say which panel it is: no answer is given beforehand', async () => {
    await mount(SafeModePage)
    await settle()
    expect(document.querySelectorAll('input[type=radio]:checked')).toHaveLength(0)
    await choose('It is the same panel')
    expect(isOff()).toBe(true)
    expect(document.body.textContent).toContain('Compare the servers first')
    findByRole('button', 'Compare now').click()
    await settle()
    expect(isOff()).toBe(false)
    await expectAccessible()
  })

  it('begins anew with another safe mode: what was compared and chosen was about the one before', async () => {
    const wrapper = await mount(SafeModeLeave, { props: { mode, comparison: 'shown' } })
    await choose('It is the same panel')
    expect(isOff()).toBe(false)
    await wrapper.setProps({ mode: { ...mode, since: '2026-11-25T11:00:00.000Z' } })
    expect(isOff()).toBe(true)
    expect(document.body.textContent).toContain('Choose which panel it is.')
  })

  it.each([
    ['the token may not list servers', () => { report = { ...report, groups: [], failure: { code: 'forbidden', title: 'Permission missing', cause: 'The token may not list servers.', fix: 'Allow it.' } } }],
    ['the panel gave no complete list', () => { reportStatus = 502 }],
  ])('can be to say that one goes on without, where %s', async (_, fail) => {
    fail()
    await mount(SafeModePage)
    await settle()
    await choose('It is a new panel')
    findByRole('button', 'Compare now').click()
    await settle()
    expect(isOff()).toBe(true)
    await choose('I go on without having compared the servers')
    expect(isOff()).toBe(false)
    await expectAccessible()
  })
})

describe('SafeModeLeave', () => {
  it('asks for the host and a reason before anything is sent', async () => {
    const wrapper = await mount(SafeModeLeave, { props: { mode, comparison: 'shown' } })
    await choose('It is the same panel')
    findByRole('button', 'Leave safe mode').click()
    await settle()
    const confirm = () => [...document.querySelectorAll<HTMLButtonElement>('[role=dialog] button[type=submit]')][0]
    expect(confirm()?.disabled).toBe(true)
    await fill(`Type ${HOST}`, HOST)
    confirm()?.click()
    await settle()
    expect(sent).toEqual([])
    expect(document.body.textContent).toContain('Say why')
    await expectAccessible()
    await fill('Reason', 'The panel was restored on Tuesday')
    confirm()?.click()
    await settle()
    expect(sent).toEqual([{ decision: 'same_panel', confirm: HOST, reason: 'The panel was restored on Tuesday', since: SINCE }])
    expect(wrapper.emitted('left')).toHaveLength(1)
  })

  it('is a word on the safe mode that was shown when it was asked for, whatever the page has learned since', async () => {
    const wrapper = await mount(SafeModeLeave, { props: { mode, comparison: 'shown' } })
    await choose('It is the same panel')
    findByRole('button', 'Leave safe mode').click()
    await settle()
    await fill(`Type ${HOST}`, HOST)
    await fill('Reason', 'Looked at it')
    await wrapper.setProps({ mode: { ...mode, since: '2026-11-25T11:00:00.000Z' } })
    document.querySelector<HTMLButtonElement>('[role=dialog] button[type=submit]')?.click()
    await settle()
    expect(sent).toMatchObject([{ since: SINCE }])
  })

  it('says what becomes of open operations after our own database was put back', async () => {
    await mount(SafeModeLeave, { props: { mode: { ...mode, stopsOperations: true }, comparison: null } })
    expect(document.body.textContent).toContain('may have been carried out already')
    await expectAccessible()
  })

  it('is off, with the reason, while the panel can\'t be asked, and asks again when told to', async () => {
    const wrapper = await mount(SafeModeLeave, { props: { mode: { ...mode, failure: { code: 'connection_refused', title: 'Connection refused', cause: 'Nothing listens.', fix: 'Start it.' } }, comparison: 'shown' } })
    await choose('It is the same panel')
    expect(isOff()).toBe(true)
    expect(document.body.textContent).toContain('Nothing listens.')
    findByRole('button', 'Try again').click()
    expect(wrapper.emitted('retry')).toHaveLength(1)
  })
})
