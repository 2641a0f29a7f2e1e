import type { Page } from 'playwright-core'

/** Adds an endpoint of notices, whose secret is gone with the next look at the page, and deletes the endpoint. */
export async function addEndpoint(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/settings?tab=notices`)
  await page.getByRole('button', { name: 'Add an endpoint' }).press('Enter')
  await page.getByLabel('Address').pressSequentially('https://hooks.example.com/')
  await page.keyboard.press('Enter')
  await page.getByText(/^whsec_/).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'https://hooks.example.com/' }).waitFor()
  await page.getByText(/^whsec_/).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('button', { name: 'Delete the endpoint' }).click()
  await page.getByText('Nobody is told yet').waitFor()
}
