import { expect, goWhenReady, test } from './support/test.ts'

// The whole job with a token that may create servers, create users and sign users in, and gets 403 for everything else.
test.use({ berthEnv: [{ VIRTFUSION_API_TOKEN: 'sim-token-restricted' }, { scope: 'worker' }] })

const CUSTOMER = { name: 'Mara Lindqvist', email: 'mara@example.com', password: 'a berth of her own' }

test('a host with a token of three permissions sells a server and is told what it can\'t do', async ({ adminPage: page, admin, simulator, stack, browser, signInAs }) => {
  await test.step('the test reaches the panel, and says what is forbidden without finding fault', async () => {
    await page.goto('/admin/settings/virtfusion')
    await page.getByRole('button', { name: 'Test connection' }).click()
    const result = page.getByRole('status')
    await expect(result.getByText('VirtFusion connection successful. Version: not reported')).toBeVisible()
    await expect(result.getByText(/the token is limited, or the address of this machine .* It may not .*list packages.*read a server/)).toBeVisible()
    await expect(page.getByRole('row', { name: /List packages Forbidden/ })).toBeVisible()
  })

  await test.step('the smallest list has exactly the three permissions once each customer has a panel user', async () => {
    await page.goto('/admin/settings/ownership')
    await page.getByLabel('An account for each customer').check()
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('Ownership saved.')).toBeVisible()
    await page.goto('/admin/settings/virtfusion')
    await expect(page.getByRole('region', { name: 'The smallest permission list' }).getByRole('listitem')).toHaveText(['Create servers', 'Create users', 'Sign users in'])
  })

  await test.step('a plan by typed numbers, whose fields name the permission for names', async () => {
    await page.goto('/admin/plans/new')
    await expect(page.getByText(/may not list packages\. Type the number/)).toBeVisible()
    await page.getByLabel('Name', { exact: true }).fill('Dinghy')
    for (const [label, number] of [['Package', '1'], ['Hypervisor group', '1'], ['VirtFusion user', '2']] as const) await page.getByRole('combobox', { name: label }).fill(number)
    await page.getByRole('button', { name: 'Create plan' }).click()
    await expect(page.getByRole('heading', { name: 'Dinghy' })).toBeVisible()
  })

  await admin.send('POST', '/api/admin/customers', CUSTOMER)

  await test.step('a server that exists at the panel, owned by a user made for the customer, though nobody can see it', async () => {
    await page.goto('/admin/servers?create=1')
    const dialog = page.getByRole('dialog')
    for (const [label, text] of [['Customer', 'Mara'], ['Plan', 'Dinghy']] as const) {
      await dialog.getByRole('combobox', { name: label }).fill(text)
      await page.getByRole('option', { name: new RegExp(text) }).first().click()
    }
    await dialog.getByLabel('Name', { exact: true }).fill('blog')
    await dialog.getByRole('button', { name: 'Create server' }).click()
    await expect(page.getByRole('heading', { name: 'blog', level: 1 })).toBeVisible()
    await expect(page.getByText('Never read')).toBeVisible({ timeout: 30_000 })
    await expect(page.getByText('Active', { exact: true })).toBeVisible()
    await expect(page.getByText('Power unknown')).toBeVisible()
    await expect(page.getByText(/The API token may not read a server\. So state and power can't be seen/)).toBeVisible()
    const [remote] = [...simulator.control.state.servers.values()]
    expect(simulator.control.state.servers.size).toBe(1)
    expect(simulator.control.state.users.get(remote?.ownerId ?? 0)?.email).toBe(CUSTOMER.email)
  })

  await test.step('power, suspension and deletion say which permission is missing', async () => {
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await expect(page.getByText(/valid but may not boot servers/).first()).toBeVisible()
    await page.getByRole('button', { name: 'Suspend', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click()
    await expect(page.getByText(/valid but may not suspend servers/).first()).toBeVisible()
    await expect(page.getByText(/The API token may not suspend servers or boot servers\./)).toBeVisible()
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(/now/i).first().check()
    await dialog.getByLabel(/^Type /).fill('blog')
    await dialog.getByRole('button', { name: 'Delete server' }).click()
    await expect(page.getByText(/allow the token to read a server and to delete servers/).first()).toBeVisible()
    await expect(page.getByText('Active', { exact: true })).toBeVisible()
  })

  await test.step('the customer gets into the panel as the account that owns the server', async () => {
    const context = await browser.newContext({ baseURL: stack.berth.url })
    await signInAs(context, CUSTOMER.email, CUSTOMER.password)
    const customerPage = goWhenReady(await context.newPage())
    await customerPage.goto('/')
    await customerPage.getByRole('link', { name: /blog/ }).first().click()
    const opened = context.waitForEvent('page')
    await customerPage.getByRole('button', { name: 'Open control panel' }).click()
    const panel = await opened
    await panel.waitForURL(`${simulator.url}/**`)
    expect(panel.url()).toContain('/token_authenticate')
    await context.close()
  })

  await test.step('what was tried and is forbidden stands in the list of permissions', async () => {
    await page.goto('/admin/settings/virtfusion')
    await expect(page.getByText(/In use, but forbidden: .*suspend servers/)).toBeVisible()
  })
})
