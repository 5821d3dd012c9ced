import { ADMIN, expect, test } from './support/test.ts'

test('what is typed and sent before the page has come to life is kept, and no password gets into an address', async ({ context }) => {
  // A page of its own: `page` of the others waits for what is held back here.
  const page = await context.newPage()
  let letCome = () => {}
  const isSent = new Promise<void>((resolve) => { letCome = resolve })
  await page.route('**/_nuxt/**', async (route) => {
    if (route.request().resourceType() === 'script') await isSent
    await route.continue()
  })
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
