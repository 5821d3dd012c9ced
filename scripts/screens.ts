// `npm run screens`: starts a demo in a folder of its own and takes the pictures in docs/screens: each screen, light and dark, phone and desktop.
// `npm run screens -- dashboard settings` takes only those.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { chromium, type Browser, type Page } from '@playwright/test'
import { findFreePort } from '../tests/support/berth-process.ts'
import { findBrowser } from '../tests/support/find-browser.ts'
import { Api } from './demo/api.ts'
import { readCredentials, type Credentials } from './demo/credentials.ts'
import { root } from './build-if-needed.ts'

const SIZES = { desktop: { width: 1366, height: 860 }, phone: { width: 390, height: 844 } } as const
const THEMES = ['light', 'dark'] as const

interface Screen { name: string, path: string, who: 'nobody' | 'admin' | 'customer', open?: (page: Page) => Promise<unknown> }
interface Listed { items: { id: string, name: string, state?: string, kind?: string, lifecycle?: string }[] }

const wanted = process.argv.slice(2)
const browserFile = await findBrowser()
if (!browserFile.path) throw new Error(browserFile.missing)

const dataDir = mkdtempSync(path.join(os.tmpdir(), 'berth-screens-'))
const port = await findFreePort()
const demo = spawn(process.execPath, [path.join(root, 'scripts/demo.ts')], {
  cwd: root, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, DATA_DIR: dataDir, PORT: String(port) },
})
await new Promise<void>((resolve, reject) => {
  demo.stdout.on('data', (chunk: Buffer) => { if (chunk.toString().includes('Berth runs at')) resolve() })
  demo.once('exit', () => reject(new Error('The demo did not start.')))
})
const url = `http://127.0.0.1:${port}`
const browser = await chromium.launch({ executablePath: browserFile.path, args: ['--no-sandbox'] })
try {
  const credentials = readCredentials(path.join(dataDir, 'demo'))
  const screens = (await listScreens(credentials)).filter((screen) => wanted.length === 0 || wanted.includes(screen.name))
  mkdirSync(path.join(root, 'docs/screens'), { recursive: true })
  for (const theme of THEMES) for (const [size, viewport] of Object.entries(SIZES)) await takeAll(browser, screens, credentials, theme, size, viewport)
}
finally {
  await browser.close()
  demo.kill('SIGTERM')
  await new Promise((resolve) => demo.once('exit', resolve))
  rmSync(dataDir, { recursive: true, force: true })
}

async function listScreens(credentials: Credentials): Promise<Screen[]> {
  const admin = await new Api(url).signIn(credentials.admin.email, credentials.admin.password)
  const customer = await new Api(url).signIn(credentials.customer.email, credentials.customer.password)
  const servers = (await admin.send<Listed>('GET', '/api/admin/servers?limit=200')).items
  const operations = (await admin.send<Listed>('GET', '/api/admin/operations?limit=200')).items
  const plans = (await admin.send<Listed>('GET', '/api/admin/plans')).items
  const customers = (await admin.send<Listed>('GET', '/api/admin/customers')).items
  const own = (await customer.send<Listed>('GET', '/api/servers')).items
  const server = (name: string) => servers.find((item) => item.name === name)?.id ?? ''
  const mine = (name: string) => own.find((item) => item.name === name)?.id ?? ''
  const attention = operations.find((item) => item.state === 'needs_attention')?.id ?? ''
  const failed = operations.find((item) => item.state === 'failed')?.id ?? ''
  return [
    { name: 'sign-in', path: '/sign-in', who: 'nobody' },
    { name: 'dashboard', path: '/admin', who: 'admin' },
    { name: 'servers', path: '/admin/servers', who: 'admin' },
    { name: 'server-create', path: '/admin/servers?create=1', who: 'admin', open: (page) => page.getByRole('dialog').waitFor() },
    { name: 'server', path: `/admin/servers/${server('blog')}`, who: 'admin' },
    { name: 'server-suspended', path: `/admin/servers/${server('shop')}`, who: 'admin' },
    { name: 'server-deletion-scheduled', path: `/admin/servers/${server('preview')}`, who: 'admin' },
    { name: 'server-provisioning', path: `/admin/servers/${server('tide-tables')}`, who: 'admin' },
    { name: 'operations', path: '/admin/operations', who: 'admin' },
    { name: 'operation-needs-attention', path: `/admin/operations/${attention}`, who: 'admin' },
    { name: 'operation-failed', path: `/admin/operations/${failed}`, who: 'admin' },
    { name: 'plans', path: '/admin/plans', who: 'admin' },
    { name: 'plan', path: `/admin/plans/${plans[0]?.id}`, who: 'admin' },
    { name: 'plan-new', path: '/admin/plans/new', who: 'admin' },
    { name: 'customers', path: '/admin/customers', who: 'admin' },
    { name: 'customer', path: `/admin/customers/${customers[0]?.id}`, who: 'admin' },
    { name: 'provisioning-logs', path: '/admin/provisioning-logs', who: 'admin' },
    { name: 'provisioning-log', path: `/admin/provisioning-logs?operationId=${failed}`, who: 'admin', open: (page) => page.locator('tbody tr, .v-data-table tbody tr').first().click() },
    { name: 'audit', path: '/admin/audit', who: 'admin' },
    { name: 'drift', path: '/admin/drift', who: 'admin' },
    { name: 'orphans', path: '/admin/drift?tab=orphans', who: 'admin' },
    { name: 'safety', path: '/admin/safety', who: 'admin' },
    { name: 'safe-mode', path: '/admin/safe-mode', who: 'admin' },
    { name: 'settings', path: '/admin/settings/virtfusion', who: 'admin' },
    { name: 'settings-safety', path: '/admin/settings/safety', who: 'admin' },
    { name: 'settings-ownership', path: '/admin/settings/ownership', who: 'admin' },
    { name: 'settings-orders', path: '/admin/settings/orders', who: 'admin', open: (page) => page.getByLabel('Send it again by itself').check() },
    { name: 'settings-security', path: '/admin/settings/security', who: 'admin' },
    { name: 'settings-about', path: '/admin/settings/about', who: 'admin' },
    { name: 'notifications', path: '/admin', who: 'admin', open: (page) => page.getByRole('button', { name: /notifications/i }).first().click() },
    { name: 'my-servers', path: '/', who: 'customer' },
    { name: 'my-server', path: `/servers/${mine('blog')}`, who: 'customer' },
    { name: 'my-server-suspended', path: `/servers/${mine('shop')}`, who: 'customer' },
    { name: 'account', path: '/account', who: 'customer' },
  ]
}

async function takeAll(from: Browser, screens: Screen[], credentials: Credentials, theme: (typeof THEMES)[number], size: string, viewport: { width: number, height: number }): Promise<void> {
  for (const who of ['nobody', 'admin', 'customer'] as const) {
    const context = await from.newContext({ viewport, colorScheme: theme, baseURL: url, reducedMotion: 'reduce' })
    if (who !== 'nobody') await context.request.post('/api/auth/sign-in/email', { data: credentials[who] })
    for (const screen of screens.filter((item) => item.who === who)) {
      // A page of its own each: nothing of the last screen is left over.
      const page = await context.newPage()
      await page.goto(screen.path)
      await page.waitForLoadState('load')
      await page.waitForTimeout(700) // charts and web fonts settle
      await screen.open?.(page)
      await page.waitForTimeout(screen.open ? 500 : 0)
      await page.screenshot({ path: path.join(root, `docs/screens/${screen.name}-${size}-${theme}.png`), fullPage: !screen.open })
      await page.close()
    }
    await context.close()
  }
}
