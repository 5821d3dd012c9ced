import { describe, expect, it } from 'vitest'
import Header from '~/components/my-servers/Header.vue'
import { customerServer } from '../../support/customer-server'
import { findAllByRole } from '../../support/find-by-role'
import { mount } from '../../support/mount'

const deletionIn = (ms: number) => ({ requestedAt: new Date().toISOString(), dueAt: new Date(Date.now() + ms).toISOString() })
const show = (given: Parameters<typeof customerServer>[0]) => mount(Header, { props: { server: customerServer(given) } })

describe('MyServersHeader', () => {
  it('offers to rename a server until its deletion is due, from when on that would be refused', async () => {
    await show({ deletion: deletionIn(60_000) })
    expect(findAllByRole('button', 'Rename')).toHaveLength(1)
  })

  it('offers no new name for a server whose deletion is due', async () => {
    await show({ deletion: deletionIn(-60_000) })
    expect(findAllByRole('button', 'Rename')).toEqual([])
  })

  it('leads into the control panel only where that can work', async () => {
    await show({ canSignInAtPanel: false })
    expect(findAllByRole('button').map((button) => button.textContent?.trim())).toEqual(['Rename'])
    await show({ canSignInAtPanel: true })
    expect(findAllByRole('button', 'Open control panel')).toHaveLength(1)
  })

  it('does not call a server that is missing active or running, nor offers what would be refused', async () => {
    const wrapper = await show({ isMissing: true, canSignInAtPanel: false })
    expect(wrapper.text()).toContain('Needs attention')
    expect(wrapper.text()).not.toMatch(/Active|Running/)
    expect(findAllByRole('button')).toEqual([])
  })
})
