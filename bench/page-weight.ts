// `npm run bench`: what each main page sends over the wire at first view, in kB as the browser received it (brotli).
// Needs a build. Exits with 1 when the customer's server page is over its budget.
import { chromium } from '@playwright/test'
import { startSimulator } from '../simulator/server.ts'
import { ApiClient } from '../tests/support/api-client.ts'
import { ADMIN, startBerth } from '../tests/support/berth-process.ts'
import { findBrowser } from '../tests/support/find-browser.ts'
import { CUSTOMER_PASSWORD, openShop, orderServer, succeeded } from '../tests/support/order.ts'

const BUDGET_KB = 250
/** Long enough for what a page fetches ahead of a click. */
const SETTLE_MS = 2500

const browserFile = await findBrowser()
if (!browserFile.path) throw new Error(browserFile.missing)
const simulator = await startSimulator({ speed: 20 })
const berth = await startBerth({ env: { VIRTFUSION_API_URL: simulator.url, VIRTFUSION_API_TOKEN: simulator.token } })
const browser = await chromium.launch({ executablePath: browserFile.path, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] })
let isOverBudget = false
try {
  const admin = await new ApiClient(berth.url).signIn(ADMIN.email, ADMIN.password)
  const shop = await openShop(admin)
  const server = await succeeded(admin, (await orderServer(shop)).operation)
  const customer = { email: shop.customer.email, password: CUSTOMER_PASSWORD }
  const pages = [
    { name: 'sign-in', path: '/sign-in', who: null },
    { name: 'my servers', path: '/', who: customer },
    { name: 'my server', path: `/servers/${server.id}`, who: customer, budget: BUDGET_KB },
    { name: 'account', path: '/account', who: customer },
    { name: 'dashboard', path: '/admin', who: ADMIN },
    { name: 'servers', path: '/admin/servers', who: ADMIN },
    { name: 'server', path: `/admin/servers/${server.id}`, who: ADMIN },
    { name: 'plans', path: '/admin/plans', who: ADMIN },
    { name: 'plan', path: `/admin/plans/${shop.plan.id}`, who: ADMIN },
    { name: 'customers', path: '/admin/customers', who: ADMIN },
    { name: 'operations', path: '/admin/operations', who: ADMIN },
    { name: 'provisioning logs', path: '/admin/provisioning-logs', who: ADMIN },
    { name: 'settings', path: '/admin/settings/virtfusion', who: ADMIN },
  ]
  process.stdout.write('page                  js kB   css kB  html kB\n')
  for (const { name, path, who, budget } of pages) {
    // A context of its own: an empty cache, as at somebody's first visit.
    const context = await browser.newContext({ baseURL: berth.url })
    if (who) await context.request.post('/api/auth/sign-in/email', { data: who })
    const page = await context.newPage()
    const wire = await context.newCDPSession(page)
    await wire.send('Network.enable')
    const kinds = new Map<string, string>()
    const bytes = { js: 0, css: 0, html: 0 }
    wire.on('Network.responseReceived', ({ requestId, response }) => kinds.set(requestId, response.mimeType))
    wire.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      const kind = kinds.get(requestId) ?? ''
      if (kind.includes('javascript')) bytes.js += encodedDataLength
      else if (kind.includes('css')) bytes.css += encodedDataLength
      else if (kind.includes('html')) bytes.html += encodedDataLength
    })
    await page.goto(path)
    await page.waitForTimeout(SETTLE_MS)
    const kb = (value: number) => (value / 1000).toFixed(0).padStart(8)
    process.stdout.write(`${name.padEnd(20)}${kb(bytes.js)} ${kb(bytes.css)} ${kb(bytes.html)}${budget ? `   budget ${budget}` : ''}\n`)
    if (budget && bytes.js > budget * 1000) isOverBudget = true
    await context.close()
  }
}
finally {
  await browser.close()
  await berth.stop()
  await simulator.close()
}
process.exitCode = isOverBudget ? 1 : 0
