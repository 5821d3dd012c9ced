import type { Locator, Page } from '@playwright/test'
import { expect, goWhenReady, test } from './support/test.ts'

// The whole main job by hand, from an empty Berth to a deleted server. One test: each step needs the one before.
test.use({ berthEnv: [{ ADMIN_EMAIL: '', ADMIN_PASSWORD: '', VIRTFUSION_API_URL: '', VIRTFUSION_API_TOKEN: '' }, { scope: 'worker' }] })

const ADMIN_PASSWORD = 'first of all admins'
const CUSTOMER_PASSWORD = 'a berth of her own'

/** Types into a field with suggestions and takes the one that fits. */
async function choose(page: Page, label: string, text: string, within: Page | Locator = page): Promise<void> {
  const field = within.getByRole('combobox', { name: label })
  await field.click()
  await field.fill(text)
  await page.getByRole('option', { name: new RegExp(text, 'i') }).first().click()
}

test('a host sets Berth up, sells a server, and takes it back', async ({ page, stack, simulator, browser }) => {
  await test.step('set-up with the code from the log', async () => {
    const code = /code ([A-Z0-9]{4}(?:-[A-Z0-9]{4})+)/.exec(stack.berth.output())?.[1] ?? ''
    await page.goto('/')
    await expect(page).toHaveURL(/\/setup/)
    await page.getByLabel('Code from the log').fill(code)
    await page.getByLabel('Your name').fill('Ada Harbour')
    await page.getByLabel('E-mail address').fill('ada@example.com')
    await page.getByLabel('Password', { exact: true }).fill(ADMIN_PASSWORD)
    await page.getByRole('button', { name: 'Make the admin and sign in' }).click()
    await expect(page).toHaveURL(/\/admin$/)
    await expect(page.getByRole('heading', { name: 'Dashboard' })).toBeVisible()
  })

  await test.step('credentials, tested before they are saved', async () => {
    await page.goto('/admin/settings/virtfusion')
    await page.getByLabel('Address of the panel').fill(`${simulator.url}/api/v1/`)
    await page.getByLabel('API token').fill('not-the-token')
    await page.getByRole('button', { name: 'Test connection' }).click()
    await expect(page.getByRole('alert').filter({ hasText: /token/i }).first()).toBeVisible()
    await expect(page.getByLabel('API token')).toHaveValue('not-the-token')
    await page.getByLabel('API token').fill(simulator.token)
    await page.getByRole('button', { name: 'Test connection' }).click()
    await expect(page.getByText('VirtFusion connection successful. Version: not reported')).toBeVisible()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(page.getByText(/ends in .…full/)).toBeVisible()
  })

  await test.step('a plan from the names that the panel tells, checked by a dry run', async () => {
    await page.goto('/admin/plans/new')
    await page.getByLabel('Name', { exact: true }).fill('Sloop')
    await choose(page, 'Package', 'VPS M')
    await choose(page, 'Hypervisor group', 'Amsterdam')
    await page.getByLabel('VirtFusion user').fill('2')
    await choose(page, 'Default operating system (optional)', 'Debian')
    await page.getByRole('button', { name: 'Create plan' }).click()
    await expect(page.getByRole('heading', { name: 'Sloop' })).toBeVisible()
    await page.getByRole('button', { name: 'Check plan' }).click()
    await expect(page.getByText(/panel would take/i).or(page.getByText(/accept|fits|works/i)).first()).toBeVisible()
  })

  const invitation = await test.step('a customer with an invitation to hand over', async () => {
    await page.goto('/admin/customers')
    await page.getByRole('button', { name: 'Add customer' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('Mara Lindqvist')
    await dialog.getByLabel('E-mail address').fill('mara@example.com')
    await dialog.getByRole('button', { name: 'Add and show link' }).click()
    const link = await dialog.getByLabel('Link').inputValue()
    await dialog.getByRole('button', { name: 'Done' }).click()
    return link
  })

  await test.step('a server for the customer, watched until it is active', async () => {
    await page.goto('/admin/servers?create=1')
    const dialog = page.getByRole('dialog')
    await choose(page, 'Customer', 'Mara', dialog)
    await choose(page, 'Plan', 'Sloop', dialog)
    await dialog.getByLabel('Name', { exact: true }).fill('blog')
    await dialog.getByLabel('Hostname').fill('blog.example.com')
    await dialog.getByRole('button', { name: 'Create server' }).click()
    await expect(page).toHaveURL(/\/admin\/servers\/[0-9a-f-]{36}$/)
    await expect(page.getByRole('heading', { name: 'blog', level: 1 })).toBeVisible()
    await expect(page.getByText('Succeeded').first()).toBeVisible({ timeout: 60_000 })
    await expect(page.getByText('Active').first()).toBeVisible()
  })
  const serverUrl = page.url()

  const customerContext = await browser.newContext({ baseURL: stack.berth.url })
  const customerPage = goWhenReady(await customerContext.newPage())
  await test.step('the customer accepts, sees the server and switches it off and on', async () => {
    await customerPage.goto(invitation)
    await customerPage.getByLabel('New password').first().fill(CUSTOMER_PASSWORD)
    await customerPage.getByRole('button', { name: 'Set password and sign in' }).click()
    await customerPage.getByRole('link', { name: /blog/ }).first().click()
    await expect(customerPage.getByRole('heading', { name: 'blog', level: 1 })).toBeVisible()
    await expect(customerPage.getByText('Running').first()).toBeVisible()
    await customerPage.getByRole('button', { name: 'Power off' }).click()
    await customerPage.getByRole('dialog').getByRole('button', { name: 'Power off' }).click()
    await expect(customerPage.getByText('Off', { exact: true }).first()).toBeVisible({ timeout: 30_000 })
    await customerPage.getByRole('button', { name: 'Start', exact: true }).click()
    await expect(customerPage.getByText('Running').first()).toBeVisible({ timeout: 30_000 })
  })

  await test.step('suspended: the customer is told in the open tab, and may not start it', async () => {
    await page.goto(serverUrl)
    await page.getByRole('button', { name: 'Suspend', exact: true }).click()
    await page.getByRole('dialog').getByLabel('Reason (optional)').fill('Invoice 7 is overdue.')
    await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click()
    await expect(page.getByRole('button', { name: 'Unsuspend', exact: true })).toBeVisible({ timeout: 30_000 })
    await expect(customerPage.getByText('Invoice 7 is overdue.').first()).toBeVisible()
    await expect(customerPage.getByRole('button', { name: 'Restart' })).toBeDisabled()
  })

  await test.step('unsuspended', async () => {
    await page.getByRole('button', { name: 'Unsuspend', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Unsuspend' }).click()
    await expect(page.getByRole('button', { name: 'Suspend', exact: true })).toBeVisible({ timeout: 30_000 })
    await expect(customerPage.getByRole('button', { name: 'Restart' })).toBeEnabled()
  })

  await test.step('a deletion that is scheduled, and cancelled before it is due', async () => {
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await expect(dialog.getByLabel('In 24 hours')).toBeChecked()
    await expect(dialog.getByRole('button', { name: 'Schedule deletion' })).toBeDisabled()
    await dialog.getByLabel(/^Type /).fill('blog')
    await dialog.getByRole('button', { name: 'Schedule deletion' }).click()
    await page.getByRole('button', { name: 'Cancel deletion' }).click()
    await expect(page.getByRole('button', { name: 'Cancel deletion' })).toHaveCount(0)
    expect(simulator.control.ledger.calls.filter((call) => call.operation.startsWith('DELETE '))).toHaveLength(0)
  })

  await test.step('deleted, once the panel says that it is gone', async () => {
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(/now/i).first().check()
    await dialog.getByLabel(/^Type /).fill('blog')
    await dialog.getByRole('button', { name: 'Delete server' }).click()
    await expect(page.getByText('Deleted', { exact: true }).first()).toBeVisible({ timeout: 60_000 })
    expect(simulator.control.state.servers.size).toBe(0)
  })

  await test.step('every call that was made can be read, and none shows a secret', async () => {
    await page.goto('/admin/provisioning-logs')
    await expect(page.getByText('servers.create').first()).toBeVisible()
    expect(await page.content()).not.toContain(simulator.token)
  })
  await customerContext.close()
})
