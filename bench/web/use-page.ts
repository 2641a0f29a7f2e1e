import type { Page } from 'playwright-core'

const SCROLL_MS = 2_000

/** Uses the page of a run as a person does: opens its parts, searches, and scrolls. Chromium measures each click and key. */
export async function usePage(page: Page): Promise<void> {
  const tabs = page.getByRole('navigation', { name: 'Parts of the run' })
  const tab = (name: string) => tabs.getByRole('link', { name }).click()
  await tab('Postings')
  const search = page.getByRole('searchbox')
  await search.pressSequentially('team 1000')
  await page.getByText(/^[\d,]+ shown$/).waitFor()
  await search.fill('')
  await page.getByRole('combobox', { name: 'Status' }).selectOption('ready')
  await page.getByRole('combobox', { name: 'Status' }).selectOption('')
  await scroll(page)
  await tab('Timeline')
  await tab('Log')
  await tab('Overview')
  await page.locator('[data-company]').first().getByRole('button').click()
  await page.locator('[data-company]').first().getByRole('button').click()
}

/** Turns the wheel over the list of items while the page counts its frames. */
async function scroll(page: Page): Promise<void> {
  await page.getByRole('table', { name: 'Postings' }).hover()
  const counted = page.evaluate(`meters.countFrames(${SCROLL_MS})`)
  const until = Date.now() + SCROLL_MS
  while (Date.now() < until) await page.mouse.wheel(0, 120)
  await counted
}
