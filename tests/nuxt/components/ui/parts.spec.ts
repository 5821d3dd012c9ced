import { describe, expect, it } from 'vitest'
import Diagnosis from '~/components/ui/Diagnosis.vue'
import Json from '~/components/ui/Json.vue'
import LoadMore from '~/components/ui/LoadMore.vue'
import PageHeader from '~/components/ui/PageHeader.vue'
import Rows from '~/components/ui/Rows.vue'
import SkeletonList from '~/components/ui/SkeletonList.vue'
import Time from '~/components/ui/Time.vue'
import { formatAbsolute } from '~/composables/formatTime'
import { expectAccessible } from '../../support/expect-accessible'
import { findAllByRole, findByRole } from '../../support/find-by-role'
import { mount } from '../../support/mount'

describe('the small parts of a page', () => {
  it('heads a page with one heading and a way back', async () => {
    await mount(PageHeader, { props: { title: 'web-1', breadcrumbs: [{ title: 'My servers', to: '/' }, { title: 'web-1' }] } })
    expect(findByRole('heading', 'web-1').tagName).toBe('H1')
    expect(findByRole('link', 'My servers').getAttribute('href')).toBe('/')
    await expectAccessible()
  })

  it('explains a failure by cause and cure', async () => {
    const diagnosis = { title: 'The token was refused', cause: 'The panel answered 401.', fix: 'Make a new token.' }
    await mount(Diagnosis, { props: { diagnosis, requestId: 'req-1' } })
    expect(document.body.textContent).toContain('Make a new token.')
    expect(document.body.textContent).toContain('req-1')
    await expectAccessible()
  })

  it('shows JSON as text, so that markup in it stays harmless', async () => {
    await mount(Json, { props: { value: { name: '<img src=x onerror=alert(1)>' }, label: 'Answer' } })
    expect(document.querySelector('img')).toBeNull()
    expect(document.body.textContent).toContain('<img src=x')
    await expectAccessible()
  })

  it('offers more only where there is more', async () => {
    const wrapper = await mount(LoadMore, { props: { hasMore: false } })
    expect(findAllByRole('button')).toEqual([])
    await wrapper.setProps({ hasMore: true })
    findByRole('button', 'Load more').click()
    expect(wrapper.emitted('load')).toHaveLength(1)
  })

  it('says of rows that they are about to make room for others', async () => {
    const wrapper = await mount(Rows, { props: { isReplacing: false }, slots: { default: 'web-1' } })
    expect(findAllByRole('progressbar')).toEqual([])
    await wrapper.setProps({ isReplacing: true })
    expect(findByRole('progressbar', 'Loading what fits the filters').closest('[aria-busy=true]')?.textContent).toContain('web-1')
    await expectAccessible()
  })

  it('says that something is loading', async () => {
    await mount(SkeletonList, { props: { rows: 3, label: 'Loading your servers' } })
    expect(findByRole('status', 'Loading your servers').getAttribute('aria-busy')).toBe('true')
    await expectAccessible()
  })

  it('shows how long ago, with the exact time for machines and pointers', async () => {
    const at = new Date(Date.now() - 2 * 3_600_000).toISOString()
    const wrapper = await mount(Time, { props: { at } })
    const time = wrapper.find('time')
    expect(time.text()).toBe('2 hours ago')
    expect(time.attributes('datetime')).toBe(at)
    expect(time.attributes('title')).toContain(String(new Date(at).getFullYear()))
  })

  it('shows the exact time itself where moments are compared', async () => {
    const at = new Date(Date.now() - 2.5 * 3_600_000).toISOString()
    const wrapper = await mount(Time, { props: { at, exact: true } })
    expect(wrapper.text()).toBe(formatAbsolute(at, 'UTC'))
    expect(wrapper.find('time').attributes('title')).toBe('2 hours ago')
  })
})
