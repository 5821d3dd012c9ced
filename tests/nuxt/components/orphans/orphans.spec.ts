import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { getQuery, readBody } from 'h3'
import { describe, expect, it } from 'vitest'
import type { AdoptLink, AdoptRow, Orphan } from '#shared/schemas/orphans.ts'
import type { DeletionPreview } from '#shared/schemas/servers.ts'
import OrphansAdoptDialog from '~/components/orphans/AdoptDialog.vue'
import OrphansBulkDialog from '~/components/orphans/BulkDialog.vue'
import OrphansDeleteDialog from '~/components/orphans/DeleteDialog.vue'
import OrphansFilters from '~/components/orphans/Filters.vue'
import OrphansIgnoreDialog from '~/components/orphans/IgnoreDialog.vue'
import OrphansList from '~/components/orphans/List.vue'
import OrphansTable from '~/components/orphans/Table.vue'
import { expectAccessible } from '../../support/expect-accessible'
import { findAllByRole, findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'
import { answerUnavailable } from '../../support/unavailable'
import { accepted } from '../servers/admin-server'
import { CUSTOMER, PLAN, orphan, previewRow } from './orphan'

const text = () => document.body.textContent ?? ''
let sent: unknown[] = []
registerEndpoint('/api/admin/customers', () => ({ items: [CUSTOMER], nextCursor: null }))
registerEndpoint(`/api/admin/customers/${CUSTOMER.id}`, () => CUSTOMER)
registerEndpoint('/api/admin/plans', () => ({ items: [{ ...PLAN, description: '', isActive: true }], nextCursor: null }))
const HELD = orphan({
  id: '019a0000-0000-7000-8000-0000000000e3', name: 'old-3', state: 'deleting', server: { id: '019a0000-0000-7000-8000-0000000000aa', reference: 'vps-1', name: 'old-3', lifecycle: 'active' },
  deletion: { requestedAt: new Date().toISOString(), dueAt: new Date(Date.now() + (23 * 60 + 12.5) * 60_000).toISOString(), isHalted: false },
})
let held: Orphan[] = []
let unread: string[] = []
registerEndpoint('/api/admin/orphans', (event) => {
  const state = String(getQuery(event)['state'])
  return unread.includes(state) ? answerUnavailable(event) : { items: state === 'deleting' ? held : [], nextCursor: null }
})
registerEndpoint(`/api/admin/orphans/${orphan().id}/deletion-preview`, () => (
  { ipv4: ['192.0.2.7'], ipv6: ['2001:db8::/64'], storageGb: 40, backups: { known: false, reason: 'The API token may not read backups.' }, isProtectedAtPanel: false } satisfies DeletionPreview))
const TYPED = { virtfusionServerId: '125', uuid: '', customerEmail: 'typo@example.com', customerName: '', plan: 'Tiny', name: '' }
const DEFAULT_PREVIEW = [...Array.from({ length: 24 }, (_, index) => previewRow(index + 1)), previewRow(25, { adopt: null, error: 'There is no plan of this name.', typed: TYPED })]
let shown = DEFAULT_PREVIEW
let linkOf: (email: string) => AdoptLink = () => ({ owner: null, refusal: 'nobody' })
let answerMany: ((row: AdoptRow) => object) | null = null
let asked: AdoptRow[][] = []
registerEndpoint('/api/admin/orphans/adopt-preview', {
  method: 'POST',
  async handler(event) {
    const { rows, withLinks } = await readBody<{ rows?: AdoptRow[], withLinks?: boolean }>(event)
    if (!rows || !withLinks) return { rows: shown }
    return { rows: rows.map(({ orphanId }, index) => {
      const row = shown.find(({ adopt }) => adopt?.orphanId === orphanId)
      return { ...row, line: index + 1, adopt: row?.adopt && { ...row.adopt, link: linkOf(row.adopt.customer.email) } }
    }) }
  },
})
registerEndpoint('/api/admin/orphans/adopt-many', {
  method: 'POST',
  async handler(event) {
    const { rows } = await readBody<{ rows: AdoptRow[] }>(event)
    sent.push(rows.length)
    asked.push(rows)
    if (answerMany) return { rows: rows.map((row, index) => ({ line: index + 1, virtfusionServerId: 1, name: null, error: null, server: { id: '019a0000-0000-7000-8000-0000000000aa', reference: 'vps-1', name: 'x' }, ...answerMany?.(row) })) }
    return { rows: rows.map((_, index) => ({ line: index + 1, virtfusionServerId: 1, name: null, server: index === 3 ? null : { id: '019a0000-0000-7000-8000-0000000000aa', reference: 'vps-1', name: 'x' }, error: index === 3 ? 'The panel no longer has this server.' : null })) }
  },
})

async function type(name: string, value: string) {
  const input = document.querySelector<HTMLTextAreaElement>(`[name=${name}]`)
  if (!input) throw new Error(`no field ${name}`)
  input.value = value
  input.dispatchEvent(new Event('input', { bubbles: true }))
  await settle()
}
async function tick(label: string) {
  const found = [...document.querySelectorAll('label')].find((element) => element.textContent?.trim() === label)
  document.getElementById(found?.getAttribute('for') ?? '')?.click()
  await settle()
}
async function submit() {
  document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))
  await settle()
}

describe('OrphansTable', () => {
  it('tells what is known of each, and offers the three ways', async () => {
    const wrapper = await mount(OrphansTable, {
      props: {
        modelValue: [],
        orphans: [orphan({ isBuilt: false, suggestedCustomer: CUSTOMER }), orphan({ id: '019a0000-0000-7000-8000-0000000000e2', name: '', virtfusionServerId: 102, state: 'ignored', reason: 'Monitoring', decidedBy: 'Grace' })],
      },
    })
    expect(text()).toContain('Never built')
    expect(text()).toContain('Ada')
    expect(text()).toContain('Ignored by Grace: Monitoring')
    findByRole('button', 'Adopt old-1').click()
    expect(wrapper.emitted('decide')?.[0]).toMatchObject([{ virtfusionServerId: 101 }, 'adopt'])
    await expectAccessible()
  })

  it('chooses all that wait and none that is settled', async () => {
    const wrapper = await mount(OrphansTable, { props: { modelValue: [], orphans: [orphan(), orphan({ id: 'gone', state: 'gone' })] } })
    const all = [...document.querySelectorAll<HTMLInputElement>('input[type=checkbox]')][0]
    all?.click()
    await settle()
    expect(wrapper.emitted('update:modelValue')?.[0]).toEqual([[orphan().id]])
  })
})

describe('the dialogs of one orphan', () => {
  it('suggests the customer whose panel user owns it, and asks for the plan', async () => {
    await mount(OrphansAdoptDialog, { props: { modelValue: true, orphan: orphan({ suggestedCustomer: CUSTOMER }) } })
    await settle()
    await submit()
    expect(text()).toContain('Choose the plan that it is sold as.')
    expect(text()).not.toContain('Choose the customer who gets the server.')
    await expectAccessible()
  })

  it('keeps its choices folded until somebody uses the field: they would lie over the form', async () => {
    clearNuxtData()
    await mount(OrphansAdoptDialog, { props: { modelValue: true, orphan: orphan() } })
    const field = document.querySelector<HTMLInputElement>('[data-field=customerId] input')
    field?.focus()
    await settle()
    expect(field?.getAttribute('aria-expanded')).toBe('false')
    field?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }))
    await settle()
    expect(field?.getAttribute('aria-expanded')).toBe('true')
  })

  it('explains how a deletion is done, and waits for the typed name, a plan and a reason', async () => {
    await mount(OrphansDeleteDialog, { props: { modelValue: true, orphan: orphan() } })
    await settle()
    expect(text()).toContain('takes the server over for that time, under your own name')
    expect((findByRole('button', 'Schedule deletion') as HTMLButtonElement).disabled).toBe(true)
    await expectAccessible()
  })

  it('lists which addresses and backups go with it before anything is typed, and holds the deletion for a day unless it is to be now', async () => {
    const wrapper = await mount(OrphansDeleteDialog, { props: { modelValue: false, orphan: orphan() } })
    await wrapper.setProps({ modelValue: true })
    await settle()
    await expect.poll(text).toContain('its 2 addresses 192.0.2.7, 2001:db8::/64')
    expect(text()).toContain('all files on its disk (40 GB)')
    expect(text()).toContain('unknown whether there are any. The API token may not read backups.')
    expect(findByRole('button', 'Schedule deletion')).toBeDefined()
    expect(text()).toContain('the deletion can be cancelled')
    await expectAccessible()
    const radio = [...document.querySelectorAll('label')].find((element) => element.textContent?.trim() === 'Now')
    document.getElementById(radio?.getAttribute('for') ?? '')?.click()
    await settle()
    expect(findByRole('button', 'Delete server')).toBeDefined()
  })

  it('says that addresses and backups are unknown where the panel can\'t be asked', async () => {
    const other = orphan({ id: '019a0000-0000-7000-8000-0000000000e9' })
    registerEndpoint(`/api/admin/orphans/${other.id}/deletion-preview`, () => { throw new Error('broken') })
    await mount(OrphansDeleteDialog, { props: { modelValue: true, orphan: other } })
    await settle()
    await expect.poll(text).toContain('its addresses: unknown which')
    expect(text()).toContain('unknown whether there are any.')
  })

  it('says before it is asked for that a deletion is held while the alarm on mass harm is open', async () => {
    const { data } = useNuxtData(SAFETY_ALARM_KEY)
    data.value = { alarm: { id: 'a', createdAt: new Date().toISOString(), heldCount: 3 } }
    await mount(OrphansDeleteDialog, { props: { modelValue: true, orphan: orphan() } })
    await settle()
    expect(text()).toContain('Deletions are stopped at the moment')
    data.value = null
  })

  it('ignores only with a reason', async () => {
    await mount(OrphansIgnoreDialog, { props: { modelValue: true, orphan: orphan() } })
    await settle()
    await submit()
    expect(text()).toContain('Say why, for whoever reads this later.')
  })
})

describe('OrphansBulkDialog', () => {
  it('shows what would happen to each line, adopts the good ones in batches, and says what each failed by', async () => {
    sent = []
    const wrapper = await mount(OrphansBulkDialog, { props: { modelValue: false } })
    await wrapper.setProps({ modelValue: true })
    await settle()
    await expectAccessible()
    await type('csv', 'virtfusion_server_id,customer_email,plan\n101,ada@example.com,Small')
    await submit()
    expect(findByRole('status').textContent).toContain('24 of 25 can be adopted.')
    expect(text()).toContain('There is no plan of this name.')
    expect(sent).toEqual([])
    findByRole('button', 'Adopt 24').click()
    await settle()
    await settle()
    expect(sent).toEqual([20, 4])
    expect(findByRole('status').textContent).toContain('22 adopted, 2 refused, 0 left.')
    expect(text()).toContain('The panel no longer has this server.')
    expect(wrapper.emitted('decided')).toHaveLength(1)
    findByRole('button', 'Done')
  })

  it('shows in refused lines what was typed, and only those when asked to: one of 500 is found', async () => {
    const wrapper = await mount(OrphansBulkDialog, { props: { modelValue: false } })
    await wrapper.setProps({ modelValue: true })
    await settle()
    await type('csv', 'x')
    await submit()
    expect(text()).toContain('typo@example.com')
    expect(text()).toContain('Tiny')
    const lines = () => findAllByRole('row').length - 1
    expect(lines()).toBe(25)
    await tick('Only refused lines (1)')
    expect(lines()).toBe(1)
    findByRole('button', 'Save refused lines as CSV')
    await expectAccessible()
  })

  it('shows who will be made and linked, links nobody without the tick, and after it each customer once, when all is adopted', async () => {
    const [ada, grace] = [{ id: null, name: 'Ada', email: 'ada@example.com' }, { ...CUSTOMER, name: 'Grace', email: 'grace@example.com' }]
    const line = (at: number, customer: typeof ada | typeof grace, virtfusionOwnerId: number) => {
      const row = previewRow(at)
      return { ...row, adopt: row.adopt && { ...row.adopt, customer, virtfusionOwnerId } }
    }
    shown = [line(1, ada, 7), line(2, ada, 7), line(3, grace, 8)]
    linkOf = (email) => (email === 'ada@example.com' ? { owner: { virtfusionUserId: 7, extRelationId: 41 }, refusal: null } : { owner: null, refusal: 'This user is an administrator of the panel.' })
    asked = []
    let isFirst = true
    answerMany = ({ link, newCustomer }) => {
      const made = newCustomer && isFirst ? { newCustomer: { id: CUSTOMER.id, ...newCustomer, invitation: { url: 'https://berth.example.com/invitation/t', expiresAt: new Date().toISOString() } } } : {}
      isFirst = false
      return { ...made, ...(link ? { link: { error: null } } : {}) }
    }
    const wrapper = await mount(OrphansBulkDialog, { props: { modelValue: false } })
    await wrapper.setProps({ modelValue: true })
    await settle()
    await type('csv', 'x')
    await submit()
    expect(text()).toContain('New customer: ada@example.com')
    expect(text()).not.toContain('owner, user 7')
    await tick('Link these customers to the panel users that own their servers')
    await expect.poll(text).toContain('1 of 2 customers can be linked.')
    expect(text()).toContain('The customer will be linked to the owner, user 7.')
    expect(text()).toContain('No link to the owner: This user is an administrator of the panel.')
    expect(asked).toEqual([])
    await expectAccessible()

    findByRole('button', 'Adopt 3').click()
    await expect.poll(text).toContain('The customer is linked to the owner.')
    expect(asked.map((rows) => rows.map(({ newCustomer, link }) => [newCustomer?.email ?? null, link?.virtfusionUserId ?? null]))).toEqual([
      [['ada@example.com', null], ['ada@example.com', null], [null, null]], [['ada@example.com', 7]],
    ])
    expect(text()).toContain('1 customer was made')
    findByRole('button', 'Save the links')
    findByRole('button', 'Done')
    shown = DEFAULT_PREVIEW
    answerMany = null
  })

  it('brings back the pasted table on the way back from the preview, and loses it to no click beside the dialog', async () => {
    const wrapper = await mount(OrphansBulkDialog, { props: { modelValue: false } })
    await wrapper.setProps({ modelValue: true })
    await settle()
    const isPersistent = () => wrapper.findComponent({ name: 'VDialog' }).props('persistent') as boolean
    expect(isPersistent()).toBe(false)
    await type('csv', 'virtfusion_server_id,customer_email,plan\n101,ada@example.com,Small')
    expect(isPersistent()).toBe(true)
    await submit()
    findByRole('button', 'Back').click()
    await settle()
    expect(document.querySelector<HTMLTextAreaElement>('[name=csv]')?.value).toContain('101,ada@example.com,Small')
  })

  it('names the number that was chosen, also after these have left the list', async () => {
    const wrapper = await mount(OrphansBulkDialog, { props: { modelValue: false, ids: [orphan().id] } })
    await wrapper.setProps({ modelValue: true })
    await settle()
    expect(findByRole('heading', 'Adopt 1 server')).toBeDefined()
    await wrapper.setProps({ ids: [] })
    expect(findByRole('heading', 'Adopt 1 server')).toBeDefined()
  })

  it('asks for one customer and one plan for a selection', async () => {
    const wrapper = await mount(OrphansBulkDialog, { props: { modelValue: false, ids: [orphan().id] } })
    await wrapper.setProps({ modelValue: true })
    await settle()
    await submit()
    expect(text()).toContain('Choose the customer who gets the servers.')
    expect(text()).toContain('Choose the plan that they are sold as.')
  })
})

describe('OrphansFilters', () => {
  it('follows the address with the owner, and says when what is typed is none', async () => {
    const wrapper = await mount(OrphansFilters, { props: { filters: { ownerId: '12' } } })
    const field = findByRole('textbox', 'Owner') as HTMLInputElement
    await wrapper.setProps({ filters: {} })
    expect(field.value).toBe('')
    field.value = 'Ada'
    field.dispatchEvent(new Event('input', { bubbles: true }))
    await settle()
    expect(text()).toContain('This is no number of a user.')
    await expectAccessible()
  })
})

describe('OrphansList', () => {
  it('shows which deletions are held, with the time left, and calls one off with one press', async () => {
    clearNuxtData()
    held = [HELD]
    registerEndpoint(`/api/admin/servers/${HELD.server?.id}/cancel-deletion`, { method: 'POST', handler: () => {
      held = []
      return accepted('delete')
    } })
    const wrapper = await mount(OrphansList)
    await settle()
    expect(findByRole('note').textContent).toContain('23 hours 12 minutes')
    await expectAccessible()
    findByRole('button', 'Cancel deletion of old-3').click()
    await expect.poll(() => findAllByRole('button', /^Cancel deletion/)).toEqual([])
    expect(wrapper.emitted('decided')).toHaveLength(1)
    clearNuxtData()
  })

  it('never takes held deletions that could not be read for none, and reads them again when asked to', async () => {
    clearNuxtData()
    held = [HELD]
    unread = ['deleting']
    await mount(OrphansList)
    await settle()
    expect(text()).toContain('req-9')
    expect(text()).toContain('Which deletions are held could not be read.')
    await expectAccessible()

    unread = []
    findByRole('button', 'Try again').click()
    await settle()
    expect(text()).not.toContain('req-9')
    expect(findByRole('button', 'Cancel deletion of old-3')).toBeDefined()
    held = []
    clearNuxtData()
  })

  it('says once that nothing could be read, and reads all of it again', async () => {
    clearNuxtData()
    held = [HELD]
    unread = ['deleting', 'open']
    await mount(OrphansList)
    await settle()
    unread = []
    findByRole('button', 'Try again').click()
    await settle()
    expect(findByRole('button', 'Cancel deletion of old-3')).toBeDefined()
    expect(text()).toContain('No orphan is known')
    held = []
    clearNuxtData()
  })

  it('says what would stand here, and offers no selection where nothing can be selected', async () => {
    await mount(OrphansList)
    await settle()
    expect(text()).toContain('No orphan is known')
    expect(findAllByRole('button', /^Adopt selected/)).toEqual([])
    expect(findAllByRole('button', 'Adopt from a table')).toHaveLength(1)
    await expectAccessible()
  })
})
