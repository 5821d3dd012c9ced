import { describe, expect, it, vi } from 'vitest'
import CopyText from '~/components/ui/CopyText.vue'
import { useToastsStore } from '~/stores/toasts'
import { expectAccessible } from '../../support/expect-accessible'
import { findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'

function stubClipboard(writeText: (text: string) => Promise<void>) {
  Object.defineProperty(navigator, 'clipboard', { value: { writeText }, configurable: true })
}

describe('UiCopyText', () => {
  it('copies and says so', async () => {
    const write = vi.fn(async () => {})
    stubClipboard(write)
    await mount(CopyText, { props: { text: '192.0.2.7', label: 'IPv4 address' } })
    findByRole('button', 'Copy IPv4 address 192.0.2.7').click()
    await settle()
    expect(write).toHaveBeenCalledWith('192.0.2.7')
    expect(findByRole('status').textContent).toBe('Copied 192.0.2.7')
    await expectAccessible()
  })

  it('tells how to go on when the browser refuses', async () => {
    stubClipboard(async () => { throw new DOMException('no', 'NotAllowedError') })
    await mount(CopyText, { props: { text: '192.0.2.7' } })
    findByRole('button').click()
    await settle()
    expect(useToastsStore().items.at(-1)?.text).toContain('copy it by hand')
  })
})
