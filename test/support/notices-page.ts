import type { Page } from 'playwright-core'

/**
 * Adds an endpoint of notices, whose secret is gone with the next look at the page. Changes it, tries it, switches it off and
 * on, and deletes it.
 */
export async function addEndpoint(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/settings?tab=notices`)
  await page.getByRole('button', { name: 'Add an endpoint' }).press('Enter')
  await page.getByLabel('Address').pressSequentially('https://hooks.example.com/')
  await page.keyboard.press('Enter')
  await page.getByText(/^whsec_/).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'https://hooks.example.com/' }).waitFor()
  await page.getByText(/^whsec_/).waitFor({ state: 'detached' })
  await changeEndpoint(page)
  await tryEndpoint(page)
  await page.getByRole('button', { name: 'Switch off' }).click()
  await page.getByText('switched off', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Send again' }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Switch on' }).click()
  await page.getByText('on', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('button', { name: 'Delete the endpoint' }).click()
  await page.getByText('Nobody is told yet').waitFor()
}

async function changeEndpoint(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Change' }).click()
  const dialog = page.getByRole('dialog', { name: 'Change this endpoint' })
  await dialog.getByLabel('What it is for').fill('Alarms')
  await dialog.getByLabel('A run was aborted').uncheck()
  await dialog.getByText('Only of some runs').click()
  await dialog.getByLabel('ingestion').check()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { name: 'Alarms' }).waitFor()
  await page.getByText('only of ingestion').waitFor()
  await page.getByRole('button', { name: 'New secret' }).click()
  await page.getByText(/^whsec_/).waitFor()
  await page.getByText('The secret before this one signs too').waitFor()
}

/** Nobody answers at the endpoint's address. */
async function tryEndpoint(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Send a test' }).click()
  await page.getByText('The endpoint did not take the test').waitFor()
  await page.getByRole('button', { name: 'Deliveries' }).click()
  await page.getByRole('button', { name: /^Send again/ }).click()
  await page.getByText('2 tries').waitFor()
}
