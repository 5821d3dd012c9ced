import type { Locator, Page } from '@playwright/test'
import { makeServer } from '../../simulator/control/by-hand.ts'
import { openShop, orderServer, settled, succeeded } from '../support/order.ts'
import { ADMIN, expect, test } from './support/test.ts'

// The decisions that cost money, with the keyboard alone: each is reached by Tab from where the last key left the focus, the focus shows, and it is never lost.
test.use({ berthEnv: [{ ENGINE_SETTLE_SECONDS: '1' }, { scope: 'worker' }], foundAtPanel: [['found-at-the-panel', 'left-at-the-panel'], { scope: 'worker' }] })

const MOST_TABS = 40
const hasFocus = (target: Locator) => target.evaluate((element) => element.contains(document.activeElement))

/** Goes on by Tab until the element has the focus, and sees that it shows. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor()
  for (let tabs = 0; tabs < MOST_TABS; tabs++) {
    await page.keyboard.press('Tab')
    if (!await hasFocus(target)) continue
    expect(await page.evaluate(() => document.activeElement?.matches(':focus-visible'))).toBe(true)
    return
  }
  throw new Error(`Not reached within ${MOST_TABS} tabs: ${String(target)}`)
}

async function activate(page: Page, target: Locator, key = 'Enter'): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.press(key)
}

/** Opens a page and passes over the navigation, as the first link of every page offers. */
async function openContent(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await activate(page, page.getByRole('link', { name: 'Skip to content' }))
  await expect(page.getByRole('main')).toBeFocused()
}

const expectFocusKept = (page: Page) => expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).not.toBe('BODY')

test('an admin works by keyboard alone: signs in, has the panel checked, adopts twice, calls a deletion off', async ({ page, admin, simulator }) => {
  const shop = await openShop(admin, { name: 'Keys' })
  const doomed = await orderServer(shop, { name: 'doomed' })
  await succeeded(admin, doomed.operation)
  await admin.send('DELETE', `/api/admin/servers/${doomed.server.id}`, { confirm: 'doomed', delayMinutes: 1440 })
  simulator.control.faults.add({ operation: 'POST /servers', kind: 'drop-before-effect', times: 1 })
  const lost = await orderServer(shop, { name: 'lost' })
  await settled(admin, lost.operation.id)
  makeServer(simulator.control, { userId: 2, built: false, name: 'turned-up' })

  await test.step('sign in', async () => {
    await page.goto('/sign-in')
    await tabTo(page, page.getByLabel('E-mail address'))
    await page.keyboard.type(ADMIN.email)
    await tabTo(page, page.getByLabel('Password', { exact: true }))
    await page.keyboard.type(ADMIN.password)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: 'Dashboard' })).toBeVisible()
  })

  await test.step('settings, orders: begin the check of the panel', async () => {
    await activate(page, page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings' }))
    await activate(page, page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Orders' }))
    await activate(page, page.getByRole('button', { name: 'Check whether this panel can do it' }))
    await expect(page.getByRole('combobox', { name: 'Package' })).toBeFocused()
    await page.keyboard.type('1')
    await tabTo(page, page.getByRole('combobox', { name: 'Hypervisor group' }))
    await page.keyboard.type('1')
    await activate(page, page.getByLabel('Berth may make and delete these at the panel.'), 'Space')
    await activate(page, page.getByRole('button', { name: 'Begin the check' }))
    await expect(page.getByRole('heading', { name: 'How orders are sent' })).toBeFocused()
    await expect(page.getByText(/^(Under way|This panel can do it)\./)).toBeVisible()
  })

  await test.step('an order that got lost: adopt what turned up, with a reason', async () => {
    await openContent(page, `/admin/operations/${lost.operation.id}`)
    await page.getByText('Matches the order in all that can be compared').waitFor()
    await activate(page, page.getByRole('radio', { name: 'Adopt a server' }), 'Space')
    await tabTo(page, page.getByLabel('Reason'))
    await page.keyboard.type('Made at the very minute')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: 'Your decision' })).toHaveCount(0)
    await expectFocusKept(page)
  })

  await test.step('an orphan: Escape gives the focus back, adopting leaves it in the list', async () => {
    await openContent(page, '/admin/drift?tab=orphans')
    const adopt = page.getByRole('button', { name: 'Adopt found-at-the-panel' })
    const dialog = page.getByRole('dialog', { name: 'Adopt found-at-the-panel' })
    await activate(page, adopt)
    await expect(dialog.getByRole('combobox', { name: 'Customer' })).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(adopt).toBeFocused()

    await page.keyboard.press('Enter')
    for (const [field, text] of [['Customer', 'Keys'], ['Plan', 'Keys']] as const) {
      if (!await hasFocus(dialog.getByRole('combobox', { name: field }))) await tabTo(page, dialog.getByRole('combobox', { name: field }))
      await page.keyboard.type(text)
      await page.getByRole('option', { name: new RegExp(text) }).waitFor()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
    }
    await activate(page, dialog.getByRole('button', { name: 'Adopt server' }))
    await expect(adopt).toHaveCount(0)
    await expect(dialog).toBeHidden()
    await expectFocusKept(page)
    await tabTo(page, page.getByRole('button', { name: 'Adopt left-at-the-panel' }))
  })

  await test.step('a deletion that is held: call it off', async () => {
    await openContent(page, `/admin/servers/${doomed.server.id}`)
    await activate(page, page.getByRole('button', { name: 'Cancel deletion' }))
    await expect(page.getByRole('button', { name: 'Cancel deletion' })).toHaveCount(0)
    await expectFocusKept(page)
  })
})
