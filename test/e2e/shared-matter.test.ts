import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { Uploaded } from '../../src/protocol/document.ts'
import { WatchToken } from '../../src/protocol/run.ts'
import { mailWith } from '../support/documents/mail.ts'
import { pdf, typed } from '../support/documents/pdf.ts'
import { Screens } from '../support/screens.ts'
import { startStack, type Stack } from '../support/stack.ts'
import { User } from '../support/user.ts'

let stack: Stack
let screens: Screens
/** The user of the page. */
let you: User

beforeAll(async () => {
  stack = await startStack()
  screens = await Screens.open(stack)
  you = await User.of(stack, 'you')
})

afterAll(async () => {
  await screens?.close()
  await stack?.close()
})

afterEach(({ task }) => screens.clear(task.result?.state === 'fail'))

async function expectFit(page: Page, name: string): Promise<void> {
  expect(await screens.faults(page, name)).toEqual([])
}

const PAGES = ['The harbour crane is orange.', 'The tenant keeps the harbour crane in repair.']

/** Puts a lease, a message with a note, and an empty file into a matter, and waits until they are read. */
async function fill(matter: string): Promise<Uploaded> {
  const body = new FormData()
  body.append('matter', matter)
  const lease = pdf({ pages: PAGES.map((line) => typed(['Lease of the quay', line])) })
  body.append('files', new File([lease], 'lease.pdf'))
  const mail = mailWith('Repairs', ['note.txt', 'Max pays for the ropes.'])
  body.append('files', new File([mail], 'repairs.eml'))
  body.append('files', new File([''], 'empty.txt'))
  const answer = await you.get('/api/documents', {}, { method: 'POST', body })
  const uploaded = Uploaded.parse(await answer.json())
  await (await you.watch(uploaded.run_id)).text()
  return uploaded
}

async function linkTo(path: string): Promise<WatchToken> {
  return WatchToken.parse(await (await you.post(`${path}/watch-tokens`, { expires_in: 60 })).json())
}

/** Makes a link on the page of a matter or of a run, as a person does. */
async function shareOnPage(page: Page, title = 'Share this matter'): Promise<string> {
  await page.getByRole('button', { name: 'Share' }).click()
  const dialog = page.getByRole('dialog', { name: title })
  await dialog.getByText(/can change nothing/).waitFor()
  await dialog.getByLabel('The link works for').selectOption({ label: 'a week' })
  await expectFit(page, 'matter-share')
  await dialog.getByRole('button', { name: 'Make a link' }).click()
  const link = await dialog.getByLabel('Link', { exact: true }).inputValue()
  await dialog.getByText('The settings can revoke it.').waitFor()
  await expectFit(page, 'matter-shared')
  await dialog.getByRole('button', { name: 'Close' }).click()
  return link
}

/** Presses Tab until the focus is where it is wanted. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  for (let presses = 0; presses < 30; presses += 1) {
    await page.keyboard.press('Tab')
    if (await wanted.evaluate((one) => one === document.activeElement)) return
  }
  throw new Error('the keyboard does not come there')
}

const rows = (page: Page) => page.getByTestId('document')
const drawn = (page: Page) => page.locator('[data-testid=page][data-drawn]')

test('SHARE-3: a matter is shared on its page, and read by the keyboard alone until its owner revokes the link', async () => {
  const { matter_id } = await fill('Harbour')
  const owner = await screens.show(`/matters/${matter_id}`)
  const link = new URL(await shareOnPage(owner))
  const token = link.hash.slice(1)
  expect(link.href).toBe(`${stack.origin}/watch/matters/${matter_id}#${token}`)

  const page = await screens.show('/watch/matters/nothing')
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.goto(link.href)
  await page.getByRole('heading', { name: 'Harbour', level: 1 }).waitFor()
  await page.getByText(/^Shared with you to read, until \w+/).waitFor()
  await rows(page).nth(3).waitFor()
  expect(await page.getByRole('navigation').count()).toBe(0)
  expect(await page.getByRole('button').allInnerTexts()).toEqual(['Search'])
  expect(await page.getByLabel('Drop files here').count()).toBe(0)
  await rows(page).getByText('This document could not be read.').waitFor()
  await expectFit(page, 'shared-matter')

  await tabTo(page, page.getByLabel('Question or words'))
  await page.keyboard.type('Who keeps the crane in repair?')
  await page.keyboard.press('Enter')
  const hits = page.getByRole('region', { name: 'Hits' })
  await hits.getByRole('heading', { name: 'lease.pdf' }).waitFor()
  await expectFit(page, 'shared-matter-found')
  const hit = hits.getByRole('listitem').filter({ hasText: 'crane in repair' }).getByRole('link')
  await tabTo(page, hit.first())
  await page.keyboard.press('Enter')
  await drawn(page).waitFor()
  const read = new RegExp(`/watch/matters/${matter_id}/[0-9a-f]{32}\\?[^#]*passage=\\d+#${token}$`)
  const cited = page.locator('blockquote').filter({ hasText: 'crane in repair' })
  for (const again of [false, true]) {
    if (again) await page.reload()
    await cited.waitFor()
    await page.getByTestId('box').first().waitFor()
    expect(page.url()).toMatch(read)
  }
  await expectFit(page, 'shared-document')
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: 'Copy citation' }).click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  const citation = await page.evaluate(() => navigator.clipboard.readText())
  expect(citation).toContain('crane in repair')
  expect(citation).not.toMatch(/https?:/)
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).click(),
  ])
  expect(saved.suggestedFilename()).toBe('lease.pdf')

  await page.goBack()
  await hits.getByRole('heading', { name: 'lease.pdf' }).waitFor()
  await rows(page).getByRole('link', { name: 'repairs.eml' }).click()
  await page.getByTestId('attached').getByRole('link', { name: 'note.txt' }).click()
  await page.getByText('Max pays for the ropes.').waitFor()
  await page.getByRole('link', { name: 'Harbour' }).click()
  await rows(page).nth(3).waitFor()
  expect(page.url()).toMatch(new RegExp(`#${token}$`))
  const own = new URL(stack.origin)
  expect(
    asked.filter((url) => url.startsWith('http') && new URL(url).origin !== own.origin),
  ).toEqual([])
  expect(asked.filter((url) => url.replace(/#.*/, '').includes(token))).toEqual([])

  await owner.goto(`${stack.origin}/settings`)
  const revoke = owner.getByRole('button', { name: 'Revoke the link to Harbour' })
  await revoke.waitFor()
  await expectFit(owner, 'settings-shared')
  await revoke.click()
  await owner.getByText('None. The page of a run or a matter makes a link').waitFor()
  expect(await owner.evaluate(() => document.activeElement?.textContent)).toBe('Shared links')
  await page.getByRole('heading', { name: 'This link does not work' }).waitFor()
  await page.getByText('The link has been revoked.').waitFor()
  expect(await rows(page).count()).toBe(0)
  await expectFit(page, 'shared-matter-revoked')
})

test('SHARE-4: a link to a run that one browser made is listed and revoked in another one', async () => {
  const { run_id } = await fill('Lock')
  const [one, other] = [await screens.show(`/runs/${run_id}`), await screens.show('/settings')]
  await other.getByText('None. The page of a run or a matter makes a link').waitFor()
  const made = await shareOnPage(one, 'Share this run')
  const guest = await screens.show(made.slice(stack.origin.length))
  await guest.getByRole('heading', { name: 'Summary' }).waitFor()

  await other.reload()
  const links = other.getByRole('list', { name: 'Links' })
  await links.getByText('run, until').waitFor()
  await expectFit(other, 'settings-shared-run')
  await links.getByRole('link', { name: 'Lock' }).click()
  await other.getByRole('heading', { level: 1, name: 'Lock' }).waitFor()
  await other.goBack()
  await other.route('**/watch-tokens/*', (route) => route.abort())
  const revoke = links.getByRole('button', { name: 'Revoke the link to Lock' })
  await revoke.click()
  await links.getByText('The link was not revoked').waitFor()
  await other.unrouteAll()
  await revoke.click()
  await other.getByText('None. The page of a run or a matter makes a link').waitFor()
  await guest.reload()
  await guest
    .getByText(/revoked/)
    .first()
    .waitFor()
  // Another owner has another list.
  const stranger = await User.of(stack, 'stranger')
  await linkTo(`/api/runs/${run_id}`)
  expect(await (await stranger.get('/api/watch-tokens')).json()).toMatchObject({ tokens: [] })
})

test('SHARE-3: a link that shows nothing says why, and a newer one works in the same tab', async () => {
  const { matter_id, run_id } = await fill('Quay')
  const path = `/watch/matters/${matter_id}`
  const first = await linkTo(`/api/matters/${matter_id}`)
  const second = await linkTo(`/api/matters/${matter_id}`)
  await you.get(
    `/api/matters/${matter_id}/watch-tokens/${first.token_id}`,
    {},
    { method: 'DELETE' },
  )
  const page = await screens.show(path)
  await page.getByRole('heading', { name: 'This link is not complete' }).waitFor()
  await page.goto(`${stack.origin}${path}#${first.token}`)
  await page.getByText('The link has been revoked.').waitFor()
  await page.goto(`${stack.origin}${path}#${second.token}`)
  await rows(page).nth(3).waitFor()

  await page.goto(`${stack.origin}/watch/matters/${'0'.repeat(32)}#${second.token}`)
  await page.getByRole('heading', { name: 'There is nothing at this link' }).waitFor()
  await expectFit(page, 'shared-matter-gone')
  await page.goto(`${stack.origin}${path}/${'0'.repeat(32)}#${second.token}`)
  await page.getByText('The document could not be read').waitFor()
  await expectFit(page, 'shared-document-gone')
  await page.getByRole('link', { name: 'All documents' }).click()
  await rows(page).nth(3).waitFor()

  const expired = { type: '/problems/token-expired', title: '', status: 401, detail: 'Expired.' }
  await page.route('**/api/matters/**', (route) => route.fulfill({ status: 401, json: expired }))
  await page.goto(`${stack.origin}${path}?q=#${second.token}`)
  await page.getByRole('heading', { name: 'This link has expired' }).waitFor()
  await expectFit(page, 'shared-matter-expired')
  await page.unrouteAll()
  await page.route('**/api/matters/**', (route) => route.abort())
  await page.reload()
  await page.getByText('The server cannot be reached.').waitFor()
  await page.unrouteAll()
  await page.getByRole('button', { name: 'Try again' }).click()
  await rows(page).nth(3).waitFor()

  // A link to a run shows the run, and leads to no page that the link cannot read.
  const { token, token_id } = await linkTo(`/api/runs/${run_id}`)
  await page.goto(`${stack.origin}/watch/${run_id}?tab=items#${token}`)
  await page.locator('tbody a').first().click()
  await page.getByRole('button', { name: 'Close' }).waitFor()
  await page
    .getByRole('complementary')
    .getByText(/^ready$|^failed$/)
    .waitFor()
  expect(await page.getByRole('link', { name: 'The document' }).count()).toBe(0)
  await expectFit(page, 'shared-run-item')
  await you.get(`/api/runs/${run_id}/watch-tokens/${token_id}`, {}, { method: 'DELETE' })
  await page.reload()
  const told = page.getByRole('alert')
  await told.getByText('The token has been revoked. Ask for another link.').waitFor()
  await expectFit(page, 'shared-run-revoked')
  await page.route('**/api/runs/**', (route) => route.fulfill({ status: 401, json: expired }))
  await page.reload()
  await told.getByText('This link has expired. Ask for another link.').waitFor()
})
