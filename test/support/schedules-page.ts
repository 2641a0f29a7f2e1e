import type { Page } from 'playwright-core'

/** Labels a company, makes a schedule with the keyboard alone, and opens its page. */
export async function makeSchedule(page: Page, origin: string, slug: string): Promise<void> {
  await labelCompany(page, origin, slug)
  await page.goto(`${origin}/schedules`)
  await page.getByRole('link', { name: 'Make a schedule' }).press('Enter')
  await page.getByRole('textbox', { name: 'Name' }).pressSequentially('Each Thursday')
  await page.getByLabel('Labels of its runs').fill('team:growth')
  await page.getByRole('radio', { name: 'All companies' }).press('ArrowRight')
  await page.getByRole('radio', { name: 'Companies with a label' }).press('ArrowRight')
  await page.getByRole('checkbox').first().press('Space')
  await page.getByRole('radio', { name: 'Daily' }).press('ArrowRight')
  await page.getByRole('button', { name: 'Mon' }).press('Enter')
  await page.getByRole('button', { name: 'Thu' }).press('Enter')
  const ahead = page.getByRole('list', { name: 'Next slots' }).getByRole('listitem')
  await ahead.filter({ hasText: 'Thursday' }).nth(4).waitFor()
  await page.getByRole('button', { name: 'Make the schedule' }).press('Enter')
  await page.getByRole('heading', { name: 'Each Thursday' }).waitFor()
  await page.getByText('Thu at 03:00').waitFor()
}

/** Gives a company the label by which the changed schedule finds it. */
async function labelCompany(page: Page, origin: string, slug: string): Promise<void> {
  await page.goto(`${origin}/companies/${slug}?tab=source`)
  await page.getByLabel('Labels').fill('team:growth')
  const saved = page.waitForResponse((answer) => answer.request().method() === 'PATCH')
  await page.getByRole('button', { name: 'Save' }).click()
  await saved
  await page.goto(`${origin}/companies?q=team:growth`)
  await page.getByText('team:growth').waitFor()
}

/** Pauses, changes and resumes the shown schedule with the mouse. The schedule then reads one company. */
export async function changeSchedule(page: Page, company: string): Promise<void> {
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('None, while the schedule is paused.').waitFor()
  await page.getByRole('link', { name: 'Change' }).click()
  await page.getByRole('radio', { name: 'Every few minutes' }).check()
  await page.getByRole('radio', { name: 'Companies with a label' }).check()
  await page.getByLabel('The label').fill('team:growth')
  await page.getByLabel('delay each slot').fill('5')
  await page.getByLabel('Minutes from one slot to the next').fill('1440')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Every 24 hours').waitFor()
  await page.getByText('Companies with the label team:growth').waitFor()
  await page.getByText('Each slot is delayed by up to 5 s.').waitFor()
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByRole('region', { name: 'Next' }).getByRole('listitem').nth(4).waitFor()
  await chooseCompany(page, company)
}

/** Has the shown schedule read this company. The page names the company, also where it is not on the first page of all. */
async function chooseCompany(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: 'Change' }).click()
  await page.getByRole('radio', { name: 'Some companies' }).check()
  await page.getByRole('searchbox', { name: 'Name of the company' }).fill(name)
  // Companies may have the same name.
  await page.getByRole('checkbox', { name, exact: true }).first().check()
  await page.getByRole('button', { name: 'Save' }).click()
  const named = page
    .getByRole('region', { name: 'What it starts' })
    .getByText(`${name} (ingestion)`)
  await named.waitFor()
  const list = '**/api/companies?*'
  await page.route(list, (route) => route.fulfill({ json: { companies: [], next_cursor: null } }))
  await page.reload()
  await named.waitFor()
  await page.unroute(list)
}

/** Starts a run of the shown schedule by hand, comes back to the schedule, and deletes it. */
export async function runAndDelete(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Run now' }).click()
  await page.getByRole('heading', { name: 'Summary' }).waitFor()
  await page.getByText('team: growth').waitFor()
  await page.getByRole('link', { name: 'schedule: Each Thursday' }).waitFor()
  await page.goBack()
  await page.getByText('started by hand').waitFor()
  await page.getByText('finished', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('button', { name: 'Delete the schedule' }).click()
  await page.getByText('No schedules yet').waitFor()
}
