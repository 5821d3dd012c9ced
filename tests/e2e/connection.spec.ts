import { expect, test } from './support/test.ts'

// Each way in which a connection fails shows its own diagnosis, and what was typed stays.
test.describe('Test connection', () => {
  test.beforeEach(async ({ adminPage }) => {
    await adminPage.goto('/admin/settings/virtfusion')
  })
  test.afterEach(({ simulator }) => { simulator.control.faults.clear() })

  const press = async (page: import('@playwright/test').Page) => page.getByRole('button', { name: 'Test connection' }).click()

  test('names the token when the panel refuses it', async ({ adminPage: page }) => {
    await page.getByLabel('API token').fill('a-token-of-another-panel')
    await press(page)
    await expect(page.getByText('VIRTFUSION_API_TOKEN').first()).toBeVisible()
    await expect(page.getByLabel('API token')).toHaveValue('a-token-of-another-panel')
  })

  test('names the address when there is no such host', async ({ adminPage: page }) => {
    await page.getByLabel('Address of the panel').fill('https://panel.invalid')
    await page.getByLabel('API token').fill('any')
    await press(page)
    await expect(page.getByText('VIRTFUSION_API_URL').first()).toBeVisible({ timeout: 30_000 })
    await expect(page.getByLabel('Address of the panel')).toHaveValue('https://panel.invalid')
  })

  test('offers the right base path, and takes it with one click', async ({ adminPage: page, simulator }) => {
    await page.getByLabel('Address of the panel').fill(`${simulator.url}/panel`)
    await page.getByLabel('API token').fill(simulator.token)
    await press(page)
    await page.getByRole('button', { name: 'Use this address' }).click()
    await expect(page.getByText(/^VirtFusion connection successful\. Version: /)).toBeVisible()
  })

  test('says that an HTML page answered', async ({ adminPage: page, simulator }) => {
    simulator.control.faults.add({ operation: 'GET /connect', kind: 'html', status: 200 })
    await press(page)
    await expect(page.getByText(/page|HTML/).first()).toBeVisible()
    await expect(page.getByText(/connection successful/)).toHaveCount(0)
  })

  test('gives up on a panel that hangs, and keeps the form usable', async ({ adminPage: page, simulator }) => {
    simulator.control.faults.add({ operation: 'GET /connect', kind: 'hang' })
    await press(page)
    await expect(page.getByText(/did not answer in time|answer/i).first()).toBeVisible({ timeout: 30_000 })
    await expect(page.getByRole('button', { name: 'Test connection' })).toBeEnabled({ timeout: 30_000 })
  })

  test('reports the version where the panel tells it', async ({ adminPage: page, simulator }) => {
    simulator.control.settings.connectVariant = 'version'
    await press(page)
    await expect(page.getByText(/^VirtFusion connection successful\. Version: \d+\.\d+/)).toBeVisible()
    simulator.control.settings.connectVariant = 'array'
  })
})
