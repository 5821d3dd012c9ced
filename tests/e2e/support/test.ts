import { expect, test as base, type BrowserContext, type ConsoleMessage, type Page } from '@playwright/test'
import { makeServer } from '../../../simulator/control/by-hand.ts'
import { startSimulator, type Simulator } from '../../../simulator/server.ts'
import { ApiClient } from '../../support/api-client.ts'
import { ADMIN, startBerth, type BerthProcess } from '../../support/berth-process.ts'

interface Stack { simulator: Simulator, berth: BerthProcess }
interface WorkerFixtures {
  /** What the environment of Berth has besides its address and folder; a file may override it. */
  berthEnv: Record<string, string>
  /** Names of servers that stand at the panel before Berth comes: its first look finds them. */
  foundAtPanel: string[]
  /** The production build beside a simulator, for all tests of a file. */
  stack: Stack
}
interface Fixtures {
  simulator: Simulator
  /** The API as an admin, for what a test needs before it begins. */
  admin: ApiClient
  /** Signs a browser in without going through the form. */
  signInAs(context: BrowserContext, email: string, password: string): Promise<void>
  /** A page that is signed in as the admin. */
  adminPage: Page
}

/** What a page may never say: violations of the security policy, errors, and marks of a bad first paint. */
const isComplaint = (message: ConsoleMessage) => message.type() === 'error'
  ? !/^Failed to load resource/.test(message.text()) // a refused request is the subject of many tests
  : /hydration|Content Security Policy/i.test(message.text())

export const test = base.extend<Fixtures, WorkerFixtures>({
  berthEnv: [{}, { option: true, scope: 'worker' }],
  foundAtPanel: [[], { option: true, scope: 'worker' }],
  stack: [async ({ berthEnv, foundAtPanel }, use) => {
    const simulator = await startSimulator({ speed: 10 })
    for (const name of foundAtPanel) makeServer(simulator.control, { name, userId: 2 })
    const berth = await startBerth({ env: { VIRTFUSION_API_URL: simulator.url, VIRTFUSION_API_TOKEN: simulator.token, ENGINE_SETTLE_SECONDS: '3', ...berthEnv } })
    await use({ simulator, berth })
    await berth.stop()
    await simulator.close()
  }, { scope: 'worker' }],
  baseURL: async ({ stack }, use) => use(stack.berth.url),
  simulator: async ({ stack }, use) => use(stack.simulator),
  admin: async ({ stack }, use) => use(await new ApiClient(stack.berth.url).signIn(ADMIN.email, ADMIN.password)),
  signInAs: async ({ stack }, use) => use(async (context, email, password) => {
    const answer = await context.request.post(`${stack.berth.url}/api/auth/sign-in/email`, { data: { email, password } })
    expect(answer.status()).toBe(200)
  }),
  context: async ({ context }, use) => {
    const complaints: string[] = []
    context.on('console', (message) => { if (isComplaint(message)) complaints.push(message.text()) })
    context.on('weberror', (error) => complaints.push(error.error().stack ?? error.error().message))
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        // eslint-disable-next-line no-console -- runs in the page; the console is how a violation gets out of it
        console.error(`Policy violation: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`)
      })
    })
    await use(context)
    expect(complaints, 'what the browser complained about').toEqual([])
  },
  page: async ({ page }, use) => use(goWhenReady(page)),
  adminPage: async ({ context, page, signInAs }, use) => {
    await signInAs(context, ADMIN.email, ADMIN.password)
    await use(page)
  },
})

/** Makes `goto` end when the page has come to life: what is typed or pressed before that, by a hand as fast as a test's, goes into a picture of a form. */
export function goWhenReady(page: Page): Page {
  const goto = page.goto.bind(page)
  page.goto = async (...args) => {
    const response = await goto(...args)
    await page.waitForFunction(() => window.useNuxtApp?.().isHydrating === false)
    return response
  }
  return page
}

export { ADMIN, expect }
