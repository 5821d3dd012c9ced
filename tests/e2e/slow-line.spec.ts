import type { BrowserContext, Page } from '@playwright/test'
import { ADMIN, expect, test } from './support/test.ts'

/** A page whose code does not come before it is let. A page of its own: `page` of the other tests waits for what is held back here. */
async function openLifeless(context: BrowserContext): Promise<{ page: Page, letCome(): void }> {
  const page = await context.newPage()
  let letCome = () => {}
  const isSent = new Promise<void>((resolve) => { letCome = resolve })
  await page.route('**/_nuxt/**', async (route) => {
    if (route.request().resourceType() === 'script') await isSent
    await route.continue()
  })
  return { page, letCome }
}

test('what is typed and sent before the page has come to life is kept, and no password gets into an address', async ({ context }) => {
  const { page, letCome } = await openLifeless(context)
  const addresses: string[] = []
  page.on('request', (request) => addresses.push(request.url()))

  await page.goto('/sign-in', { waitUntil: 'commit' })
  await page.getByLabel('E-mail address').fill(ADMIN.email)
  await page.getByLabel('Password', { exact: true }).fill(ADMIN.password)
  await page.getByLabel('Password', { exact: true }).press('Enter')
  letCome()

  await expect(page.getByRole('heading', { name: 'Dashboard' })).toBeVisible()
  expect(addresses.filter((address) => address.includes('password'))).toEqual([])
})

test('a button that is pressed before the page has come to life does what it says, once', async ({ context, signInAs }) => {
  await signInAs(context, ADMIN.email, ADMIN.password)
  const { page, letCome } = await openLifeless(context)

  await page.goto('/admin', { waitUntil: 'commit' })
  await page.getByRole('button', { name: 'Notifications' }).click()
  letCome()

  await expect(page.getByRole('dialog', { name: 'Notifications' })).toBeVisible()
})
