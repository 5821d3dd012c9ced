import type { Page } from '@playwright/test'
import axe from 'axe-core'
import { CUSTOMER_PASSWORD, openShop, orderServer, settled } from '../support/order.ts'
import { ADMIN, expect, goWhenReady, test } from './support/test.ts'

// Every page once: light and wide, then dark, then on a phone, as a person turns them. axe finds nothing, nothing scrolls
// sideways, and the browser has nothing to complain about. Motion is reduced: only where colours end is looked at.
const DESKTOP = { width: 1366, height: 900 }
const PHONE = { width: 390, height: 844 }

test('no page has anything for axe to find, in either theme, wide or narrow', async ({ admin, browser, simulator, stack, signInAs }) => {
  const shop = await openShop(admin, { name: 'Axe' })
  const active = await orderServer(shop, { name: 'active' })
  await settled(admin, active.operation.id)
  simulator.control.faults.add({ operation: 'POST /servers', kind: 'drop-before-effect', times: 1 })
  const unclear = await orderServer(shop, { name: 'unclear' })
  await settled(admin, unclear.operation.id)

  const pages = {
    nobody: ['/sign-in', '/nothing-here'],
    admin: ['/admin', '/admin/servers', `/admin/servers/${active.server.id}`, `/admin/servers/${unclear.server.id}`, '/admin/operations', `/admin/operations/${unclear.operation.id}`,
      '/admin/plans', '/admin/plans/new', `/admin/plans/${shop.plan.id}`, '/admin/customers', `/admin/customers/${shop.customer.id}`, '/admin/provisioning-logs', '/admin/audit',
      '/admin/drift', '/admin/safety', '/admin/safe-mode',
      '/admin/settings/virtfusion', '/admin/settings/ownership', '/admin/settings/orders', '/admin/settings/safety', '/admin/settings/security', '/admin/settings/about'],
    customer: ['/', `/servers/${active.server.id}`, '/account'],
  }
  const who = { nobody: null, admin: ADMIN, customer: { email: shop.customer.email, password: CUSTOMER_PASSWORD } }

  for (const [role, paths] of Object.entries(pages)) {
    const context = await browser.newContext({ baseURL: stack.berth.url, viewport: DESKTOP, reducedMotion: 'reduce' })
    const complaints: string[] = []
    context.on('console', (message) => { if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(`${message.page()?.url()}: ${message.text()}`) })
    context.on('weberror', (error) => complaints.push(error.error().message))
    const person = who[role as keyof typeof who]
    if (person) await signInAs(context, person.email, person.password)
    const page = goWhenReady(await context.newPage())
    for (const path of paths) {
      await page.setViewportSize(DESKTOP)
      await page.emulateMedia({ colorScheme: 'light' })
      await page.goto(path)
      await page.locator('h1').first().waitFor()
      await page.evaluate(axe.source) // once for all three: the document stays
      await expectNothingFound(page, `${path}, light, desktop`)
      await page.emulateMedia({ colorScheme: 'dark' })
      await page.locator('.v-theme--dark').first().waitFor()
      await page.waitForFunction(() => !document.getAnimations().some((animation) => animation instanceof CSSTransition)) // colours on their way are neither
      await expectNothingFound(page, `${path}, dark, desktop`, ['color-contrast'])
      await page.setViewportSize(PHONE)
      await expectNothingFound(page, `${path}, dark, phone`)
      await expect.configure({ soft: true }).poll(() => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), `${path} scrolls sideways on a phone`).toBeLessThanOrEqual(0)
    }
    expect.soft(complaints, `complaints of the browser, ${role}`).toEqual([])
    await context.close()
  }
})

declare global {
  interface Window { axe: typeof axe }
}

/** Needs axe in the page. */
async function expectNothingFound(page: Page, where: string, rules?: string[]): Promise<void> {
  const found = await page.evaluate(async (rules) => {
    const { axe } = window
    // Describing every node that is in order takes longer than finding those that are not, and handing it over longer still.
    const { violations } = await axe.run(document, { resultTypes: ['violations'], ...(rules ? { runOnly: { type: 'rule', values: rules } } : {}) })
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`)
  }, rules)
  expect.soft(found, where).toEqual([])
}
