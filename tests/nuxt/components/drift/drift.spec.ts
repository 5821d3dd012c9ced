import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { readBody, setResponseStatus } from 'h3'
import { describe, expect, it } from 'vitest'
import DriftDecideDialog from '~/components/drift/DecideDialog.vue'
import DriftEmpty from '~/components/drift/Empty.vue'
import DriftFindings from '~/components/drift/Findings.vue'
import DriftTable from '~/components/drift/Table.vue'
import DriftTabs from '~/components/drift/Tabs.vue'
import DriftVanished from '~/components/drift/Vanished.vue'
import { expectAccessible } from '../../support/expect-accessible'
import { findAllByRole, findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'
import { accepted, adminServer, serverId } from '../servers/admin-server'
import { driftFinding } from './finding'

const text = () => document.body.textContent ?? ''
let asked: unknown[] = []
let isRefused = false
registerEndpoint('/api/admin/drift/019a0000-0000-7000-8000-0000000000d1/resolve', {
  method: 'POST',
  async handler(event) {
    asked.push(await readBody(event))
    if (isRefused) {
      setResponseStatus(event, 409)
      return { type: 'about:blank', title: 'Conflict', status: 409, detail: 'Another operation is under way.', code: 'operation_active', requestId: 'r' }
    }
    return driftFinding({ state: 'taken' })
  },
})
registerEndpoint('/api/admin/drift', () => ({ items: [driftFinding()], nextCursor: null }))
registerEndpoint('/api/admin/drift/vanished', () => ({ items: [], nextCursor: null }))

async function choose(label: RegExp, reason = '') {
  const radio = findAllByRole('radio').length ? findAllByRole('radio') : [...document.querySelectorAll<HTMLInputElement>('input[type=radio]')]
  const input = radio.find((element) => label.test(document.querySelector(`label[for="${element.id}"]`)?.textContent ?? ''))
  input?.click()
  const area = document.querySelector<HTMLTextAreaElement>('textarea[name=reason]')
  if (area && reason) {
    area.value = reason
    area.dispatchEvent(new Event('input', { bubbles: true }))
  }
  await settle()
  document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))
  await settle()
}

describe('DriftTable', () => {
  it('shows plan, our record and panel side by side, each as a person reads it', async () => {
    const wrapper = await mount(DriftTable, { props: { findings: [driftFinding(), driftFinding({ id: 'x', field: 'suspension', planValue: null, ourValue: false, panelValue: true })] } })
    expect(text()).toContain('1 GB')
    expect(text()).toContain('2 GB')
    expect(text()).toContain('Not suspended')
    findByRole('button', 'Decide on Memory of web-1').click()
    expect(wrapper.emitted('decide')?.[0]).toMatchObject([{ field: 'memoryMb' }])
    await expectAccessible()
  })

  it('says who ignored one and why, and offers nothing for one that is settled', async () => {
    await mount(DriftTable, { props: { findings: [driftFinding({ state: 'ignored', reason: 'Agreed', decidedBy: 'Grace' }), driftFinding({ id: 'x', state: 'gone', field: 'name' })] } })
    expect(text()).toContain('Ignored by Grace: Agreed')
    expect(findAllByRole('button')).toHaveLength(1)
  })
})

describe('DriftDecideDialog', () => {
  it('says what each way does and why one is off', async () => {
    await mount(DriftDecideDialog, { props: { modelValue: true, finding: driftFinding() } })
    await settle()
    expect(text()).toContain('Our record becomes: 2 GB')
    expect(text()).toContain('The panel becomes: 1 GB. A server that runs has it after its next restart.')
    await expectAccessible()
  })

  it('offers no push for a disk, and says that the panel\'s API can\'t do it', async () => {
    await mount(DriftDecideDialog, { props: { modelValue: true, finding: driftFinding({ field: 'storageGb', planValue: 20, ourValue: 20, panelValue: 40 }) } })
    await settle()
    expect(text()).toContain('The panel\'s API can\'t change the size of a disk')
    expect(text()).not.toContain('The panel becomes')
  })

  it('says of an owner that the customer here stays, and pushes with the reason that was typed', async () => {
    asked = []
    await mount(DriftDecideDialog, { props: { modelValue: true, finding: driftFinding({ field: 'owner', planValue: null, ourValue: 2, panelValue: 1 }) } })
    await settle()
    expect(text()).toMatch(/Our record becomes: .*1.* Here the server stays \S.*'s\./)
    await choose(/Push ours/, 'Moved by mistake')
    expect(asked).toEqual([{ decision: 'push', reason: 'Moved by mistake', shown: { ourValue: 2, panelValue: 1 } }])
  })

  it('takes the panel\'s value and tells the list', async () => {
    asked = []
    const wrapper = await mount(DriftDecideDialog, { props: { modelValue: true, finding: driftFinding() } })
    await settle()
    await choose(/Take the panel/)
    expect(asked).toEqual([{ decision: 'take', shown: { ourValue: 1024, panelValue: 2048 } }])
    expect(wrapper.emitted('decided')).toHaveLength(1)
  })

  it('ignores only with a reason', async () => {
    asked = []
    await mount(DriftDecideDialog, { props: { modelValue: true, finding: driftFinding() } })
    await settle()
    await choose(/Ignore/)
    expect(text()).toContain('Say why, for whoever reads this later.')
    expect(asked).toEqual([])
    await choose(/Ignore/, 'The customer pays for it')
    expect(asked).toEqual([{ decision: 'ignore', reason: 'The customer pays for it', shown: { ourValue: 1024, panelValue: 2048 } }])
  })

  it('keeps a refusal in place', async () => {
    isRefused = true
    await mount(DriftDecideDialog, { props: { modelValue: true, finding: driftFinding({ field: 'name', planValue: null, ourValue: 'web-1', panelValue: 'other' }) } })
    await settle()
    await choose(/Push ours/)
    isRefused = false
    expect(findAllByRole('alert').map((alert) => alert.textContent).join()).toContain('Another operation is under way.')
  })
})

describe('the page of differences', () => {
  it('counts in its tabs and changes them', async () => {
    const wrapper = await mount(DriftTabs, { props: { tab: 'differences', counts: { differences: 2, orphans: 512, vanished: 0 } } })
    expect(text()).toContain('Orphans512')
    await expectAccessible()
    wrapper.unmount()
  })

  it('lists what is open', async () => {
    await mount(DriftFindings)
    await settle()
    expect(text()).toContain('web-1')
  })

  it('says what comes next where there is nothing', async () => {
    await mount(DriftEmpty, { props: { isFiltered: false } })
    expect(text()).toContain('No difference is known')
    await mount(DriftVanished)
    await settle()
    expect(text()).toContain('No vanished server is known')
    await expectAccessible()
  })

  it('closes the record of a vanished server from its row, and says why not where something stands in the way', async () => {
    clearNuxtData()
    const vanishedAt = '2026-11-20T10:00:00.000Z'
    const other = serverId.replace(/1$/, '2')
    registerEndpoint('/api/admin/drift/vanished', () => ({ items: [adminServer({ vanishedAt }), adminServer({ id: other, name: 'web-2', vanishedAt, isProtected: true })], nextCursor: null }))
    registerEndpoint(`/api/admin/servers/${serverId}/deletion-preview`, () => ({ ipv4: [], ipv6: [], storageGb: 40, backups: { known: false, reason: 'The panel no longer has this server.' }, isProtectedAtPanel: null }))
    const bodies: unknown[] = []
    registerEndpoint(`/api/admin/servers/${serverId}`, { method: 'DELETE', handler: async (event) => {
      bodies.push(await readBody(event))
      return accepted('delete')
    } })
    await mount(DriftVanished)
    await settle()
    expect(findAllByRole('button', /^Delete the record of/)).toHaveLength(1)
    expect(text()).toContain('Delete: This server is protected.')
    findByRole('button', 'Delete the record of web-1').click()
    await settle()
    await expectAccessible()
    const field = [...document.querySelectorAll<HTMLInputElement>('[role=dialog] input')].find(({ id }) => document.querySelector(`label[for="${id}"]`)?.textContent?.includes('Type web-1'))
    if (!field) throw new Error('Nothing is to be typed')
    field.value = 'web-1'
    field.dispatchEvent(new Event('input', { bubbles: true }))
    await settle()
    document.querySelector<HTMLButtonElement>('[role=dialog] button[type=submit]')?.click()
    await settle()
    expect(bodies).toMatchObject([{ confirm: 'web-1' }])
  })

  it('says why the panel could not be asked again', async () => {
    clearNuxtData()
    registerEndpoint('/api/admin/drift/vanished', () => ({ items: [adminServer({ vanishedAt: '2026-11-20T10:00:00.000Z' })], nextCursor: null }))
    registerEndpoint(`/api/admin/servers/${serverId}/refresh`, { method: 'POST', handler: (event) => {
      setResponseStatus(event, 502)
      return { type: 'about:blank', title: 'The panel could not be asked', status: 502, detail: 'It did not answer within 10 seconds.', code: 'panel_unavailable', requestId: 'r' }
    } })
    await mount(DriftVanished)
    await settle()
    findByRole('button', 'Look for web-1 again').click()
    await settle()
    expect(findByRole('alert').textContent).toContain('It did not answer within 10 seconds.')
    await expectAccessible()
  })
})
