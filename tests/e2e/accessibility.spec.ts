import AxeBuilder from '@axe-core/playwright'
import { CUSTOMER_PASSWORD, openShop, orderServer, settled } from '../support/order.ts'
import { ADMIN, expect, test } from './support/test.ts'

// Every page, both themes, desktop and phone: axe finds nothing, nothing scrolls sideways, no violation of the security policy.
const THEMES = ['light', 'dark'] as const
const SIZES = [{ width: 1366, height: 900 }, { width: 390, height: 844 }] as const

test('no page has anything for axe to find, in either theme, on a phone or a desktop', async ({ admin, browser, simulator, stack, signInAs }) => {
  test.setTimeout(300_000)
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
      '/admin/settings/virtfusion', '/admin/settings/ownership', '/admin/settings/about'],
    customer: ['/', `/servers/${active.server.id}`, '/account'],
  }
  const who = { nobody: null, admin: ADMIN, customer: { email: shop.customer.email, password: CUSTOMER_PASSWORD } }

  for (const colorScheme of THEMES) for (const viewport of SIZES) for (const [role, paths] of Object.entries(pages)) {
    const context = await browser.newContext({ baseURL: stack.berth.url, colorScheme, viewport, reducedMotion: 'reduce' })
    const complaints: string[] = []
    context.on('console', (message) => { if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text()) })
    context.on('weberror', (error) => complaints.push(error.error().message))
    const person = who[role as keyof typeof who]
    if (person) await signInAs(context, person.email, person.password)
    const page = await context.newPage()
    for (const path of paths) {
      await page.goto(path)
      await page.waitForLoadState('networkidle').catch(() => {}) // an event stream stays open
      await page.locator('h1').first().waitFor()
      const where = `${path} ${colorScheme} ${viewport.width}`
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect.soft(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`), where).toEqual([])
      expect.soft(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), `${where}: scrolls sideways`).toBeLessThanOrEqual(0)
    }
    expect.soft(complaints, `complaints of the browser, ${role} ${colorScheme} ${viewport.width}`).toEqual([])
    await context.close()
  }
})
