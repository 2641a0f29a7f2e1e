import type { Locator, Page } from 'playwright-core'

import { RunId } from '../../src/protocol/ids.ts'

/** Starts a run of the first sample companies by the form of the page. */
export async function startOnPage(page: Page, companies: number): Promise<RunId> {
  await page.getByRole('slider', { name: 'Sample companies' }).fill(String(companies))
  await page.getByRole('button', { name: 'Start the run' }).click()
  await page.waitForURL(/\/runs\/[0-9a-f]{32}$/)
  return RunId.parse(page.url().slice(-32))
}

/** The card of the company of this number. */
export const card = (page: Page, number: number): Locator =>
  page.locator('[data-company]').nth(number - 1)
export const cards = (page: Page): Promise<string[]> =>
  page.locator('[data-company]').allInnerTexts()
export const standing = (page: Page): Locator => page.getByTestId('status')
export const connection = (page: Page): Locator => page.getByTestId('connection')
