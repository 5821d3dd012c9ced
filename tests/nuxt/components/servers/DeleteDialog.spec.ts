import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { readBody } from 'h3'
import { beforeEach, describe, expect, it } from 'vitest'
import ServersDeleteDialog from '~/components/servers/DeleteDialog.vue'
import type { AdminServer, DeletionPreview } from '#shared/schemas/servers'
import { expectAccessible } from '../../support/expect-accessible'
import { findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'
import { accepted, adminServer, serverId } from './admin-server'

registerEndpoint(`/api/admin/servers/${serverId}/deletion-preview`, () => preview())
let preview: () => object
beforeEach(() => {
  preview = () => previewOf({ known: true, items: [] })
})

const previewOf = (backups: DeletionPreview['backups'], different: Partial<DeletionPreview> = {}): DeletionPreview => ({
  ipv4: ['192.0.2.10', '192.0.2.11'], ipv6: ['2001:db8::/64'], storageGb: 40, backups, isProtectedAtPanel: false, ...different,
})

async function open(server: AdminServer = adminServer()) {
  const wrapper = await mount(ServersDeleteDialog, { props: { modelValue: false, server } })
  await wrapper.setProps({ modelValue: true })
  await settle()
  return wrapper
}

async function type(label: RegExp, text: string) {
  const input = findByRole('textbox', label) as HTMLInputElement
  input.value = text
  input.dispatchEvent(new Event('input', { bubbles: true }))
  await nextTick()
}

function radio(label: string) {
  const named = [...document.querySelectorAll('label')].find((element) => element.textContent?.trim() === label)
  return document.getElementById(named?.getAttribute('for') ?? '') as HTMLInputElement | null
}

async function choose(label: string) {
  radio(label)?.click()
  await nextTick()
}

describe('ServersDeleteDialog', () => {
  it('names what is lost: the disk, the addresses and whose it is', async () => {
    await open()
    const text = findByRole('dialog', 'Delete web-1 and its disk?').textContent
    expect(text).toContain('all files on its disk (40 GB)')
    expect(text).toContain('192.0.2.10')
    expect(text).toContain('Anna Berg')
    await expectAccessible()
  })

  it('lists every address and backup that goes with it, before anything is typed', async () => {
    preview = () => previewOf({ known: true, items: [
      { id: 1, createdAt: '2026-11-20T03:00:00.000Z', isComplete: true, storage: 'Store' }, { id: 2, createdAt: '2026-11-21T03:00:00.000Z', isComplete: false, storage: 'Store' },
    ] })
    await open()
    const dialog = findByRole('dialog')
    await expect.poll(() => dialog.textContent).toContain('its 2 backups')
    expect(dialog.textContent).toContain('its 3 addresses 192.0.2.10, 192.0.2.11, 2001:db8::/64')
    expect([...dialog.querySelectorAll('time')].map((time) => time.getAttribute('datetime'))).toEqual(['2026-11-21T03:00:00.000Z', '2026-11-20T03:00:00.000Z'])
    expect(dialog.textContent).toContain('(not complete)')
    await expectAccessible()
  })

  it('says that the panel keeps no backups only where it has said so', async () => {
    await open()
    await expect.poll(() => findByRole('dialog').textContent).toContain('no backups: the panel keeps none of it')
  })

  it('shows that it still asks, and the rest can be read meanwhile', async () => {
    let answer = (_: object) => {}
    preview = () => new Promise<object>((resolve) => { answer = resolve })
    await open()
    expect(findByRole('status', 'Asking the panel for its backups')).toBeDefined()
    expect(findByRole('dialog').textContent).toContain('all files on its disk (40 GB)')
    answer(previewOf({ known: true, items: [] }))
  })

  it('says that backups are unknown, with the reason, when they could not be read', async () => {
    preview = () => previewOf({ known: false, reason: 'The API token may not read backups.' }, { isProtectedAtPanel: true })
    await open()
    await expect.poll(() => findByRole('dialog').textContent).toContain('unknown whether there are any. The API token may not read backups.')
    expect(findByRole('dialog').textContent).toContain('It is protected at the panel')
  })

  it('says that backups are unknown when Berth itself has no answer', async () => {
    preview = () => { throw new Error('broken') }
    await open()
    await expect.poll(() => findByRole('dialog').textContent).toContain('unknown whether there are any.')
  })

  it('does not frighten with a disk when the panel has no server for the order', async () => {
    await open(adminServer({ virtfusionServerId: null, virtfusionUuid: null, lifecycle: 'failed' }))
    expect(findByRole('dialog').textContent).toContain('only the order is closed')
  })

  it('holds the deletion for a day unless somebody chooses another time, and Now is one click away', async () => {
    await open()
    expect(radio('In 24 hours')?.checked).toBe(true)
    expect(findByRole('dialog').textContent).toContain('the deletion can be cancelled')
    expect(findByRole('button', 'Schedule deletion')).toBeDefined()
    await choose('Now')
    expect(findByRole('button', 'Delete server')).toBeDefined()
  })

  it('takes the reference in place of the name, and asks for the chosen delay', async () => {
    const bodies: unknown[] = []
    registerEndpoint(`/api/admin/servers/${serverId}`, { method: 'DELETE', handler: async (event) => {
      bodies.push(await readBody(event))
      return accepted('delete')
    } })
    const wrapper = await open()
    await choose('In 72 hours')
    const button = findByRole('button', 'Schedule deletion') as HTMLButtonElement
    expect(button.disabled).toBe(true)
    await type(/to confirm/, 'vps-7k3m9')
    expect(button.disabled).toBe(false)
    document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))
    await expect.poll(() => wrapper.emitted('accepted')?.length).toBe(1)
    expect(bodies).toEqual([{ delayMinutes: 4320, confirm: 'vps-7k3m9' }])
  })

  it('has the panel hold the deletion where that is chosen, and says that it can\'t be cancelled', async () => {
    const bodies: unknown[] = []
    registerEndpoint(`/api/admin/servers/${serverId}`, { method: 'DELETE', handler: async (event) => {
      bodies.push(await readBody(event))
      return accepted('delete')
    } })
    const wrapper = await open()
    expect(radio('Berth: it can be cancelled to the last second')?.checked).toBe(true)
    await choose('The panel: it can\'t be cancelled here, and goes on even while Berth is down')
    expect(findByRole('dialog').textContent).toContain('counts itself')
    expect(findByRole('dialog').textContent).not.toContain('the deletion can be cancelled')
    await expectAccessible()

    await type(/to confirm/, 'web-1')
    document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))
    await expect.poll(() => wrapper.emitted('accepted')?.length).toBe(1)
    expect(bodies).toEqual([{ delayMinutes: 1440, confirm: 'web-1', heldBy: 'panel' }])
  })

  it('asks nobody who holds what is deleted now, or what the panel does not have', async () => {
    const wrapper = await open()
    await choose('The panel: it can\'t be cancelled here, and goes on even while Berth is down')
    await choose('Now')
    expect(findByRole('dialog').textContent).not.toContain('Held by')
    await wrapper.setProps({ modelValue: false, server: adminServer({ virtfusionServerId: null, virtfusionUuid: null, lifecycle: 'failed' }) })
    await wrapper.setProps({ modelValue: true })
    await settle()
    expect(findByRole('dialog').textContent).not.toContain('Held by')
  })

  it('says at its field that the minutes are missing, and sends nothing', async () => {
    const bodies: unknown[] = []
    registerEndpoint(`/api/admin/servers/${serverId}`, { method: 'DELETE', handler: async (event) => {
      bodies.push(await readBody(event))
      return accepted('delete')
    } })
    await open()
    await choose('Another time')
    const field = findByRole('textbox', /Minutes from now/) as HTMLInputElement
    field.value = ''
    field.dispatchEvent(new Event('input', { bubbles: true }))
    field.dispatchEvent(new Event('change', { bubbles: true }))
    field.dispatchEvent(new Event('blur'))
    await type(/to confirm/, 'web-1')
    document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))
    await expect.poll(() => findByRole('dialog').textContent).toContain('Enter the minutes until the deletion')
    expect(document.activeElement?.getAttribute('name')).toBe('delayMinutes')
    expect(bodies).toEqual([])
  })

  it('keeps the dialog with the reason in it when the API refuses', async () => {
    registerEndpoint(`/api/admin/servers/${serverId}`, { method: 'DELETE', handler: (event) => {
      event.node.res.statusCode = 409
      return { type: 'about:blank', title: 'Not possible right now', status: 409, detail: 'Another operation is under way.', code: 'busy', requestId: 'req-1' }
    } })
    const wrapper = await open()
    await type(/to confirm/, 'web-1')
    document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))
    await expect.poll(() => findByRole('dialog').textContent).toContain('Another operation is under way.')
    expect(wrapper.emitted('accepted')).toBeUndefined()
  })
})
