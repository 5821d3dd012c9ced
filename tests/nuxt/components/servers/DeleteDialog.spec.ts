import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { readBody } from 'h3'
import { describe, expect, it } from 'vitest'
import ServersDeleteDialog from '~/components/servers/DeleteDialog.vue'
import type { AdminServer } from '#shared/schemas/servers'
import { expectAccessible } from '../../support/expect-accessible'
import { findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'
import { accepted, adminServer, serverId } from './admin-server'

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

async function choose(label: string) {
  const radio = [...document.querySelectorAll('label')].find((element) => element.textContent?.trim() === label)
  document.getElementById(radio?.getAttribute('for') ?? '')?.click()
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

  it('does not frighten with a disk when the panel has no server for the order', async () => {
    await open(adminServer({ virtfusionServerId: null, virtfusionUuid: null, lifecycle: 'failed' }))
    expect(findByRole('dialog').textContent).toContain('only the order is closed')
  })

  it('takes the reference in place of the name, and asks for the chosen delay', async () => {
    const bodies: unknown[] = []
    registerEndpoint(`/api/admin/servers/${serverId}`, { method: 'DELETE', handler: async (event) => {
      bodies.push(await readBody(event))
      return accepted('delete')
    } })
    const wrapper = await open()
    await choose('In 24 hours')
    expect(findByRole('dialog').textContent).toContain('the deletion can be cancelled')

    const button = findByRole('button', 'Schedule deletion') as HTMLButtonElement
    expect(button.disabled).toBe(true)
    await type(/to confirm/, 'vps-7k3m9')
    expect(button.disabled).toBe(false)
    document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))
    await expect.poll(() => wrapper.emitted('accepted')?.length).toBe(1)
    expect(bodies).toEqual([{ delayMinutes: 1440, confirm: 'vps-7k3m9' }])
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
