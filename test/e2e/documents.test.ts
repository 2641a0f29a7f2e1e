import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { unzipSync } from 'fflate'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'

import { Problem } from '../../src/protocol/problems.ts'
import { docx, paragraph } from '../support/documents/docx.ts'
import { encryptedPdf } from '../support/documents/encrypted-pdf.ts'
import { pdf, typed } from '../support/documents/pdf.ts'
import { Screens } from '../support/screens.ts'
import { startStack, type Stack } from '../support/stack.ts'
import { User } from '../support/user.ts'

const SAMPLES = join(import.meta.dirname, '../../samples/documents')
const SECRET = 'open sesame'

let stack: Stack
let screens: Screens

beforeAll(async () => {
  stack = await startStack()
  screens = await Screens.open(stack)
})

afterAll(async () => {
  await screens?.close()
  await stack?.close()
})

afterEach(({ task }) => screens.clear(task.result?.state === 'fail'))

async function expectFit(page: Page, name: string): Promise<void> {
  expect(await screens.faults(page, name)).toEqual([])
}

type File = { readonly name: string; readonly mimeType: string; readonly buffer: Buffer }

function file(name: string, content: Uint8Array | string): File {
  return { name, mimeType: '', buffer: Buffer.from(content) }
}

/** Makes a PDF whose pages all have different texts. */
function longPdf(pages: number, lines: number): Uint8Array {
  return pdf({
    deflated: true,
    pages: Array.from({ length: pages }, (_, n) => typed(linesOf(n + 1, lines))),
  })
}

function linesOf(page: number, lines: number): string[] {
  return Array.from(
    { length: lines },
    (_, n) => `Clause ${page}.${n}: the tenant shall keep room ${page * lines + n} in repair.`,
  )
}

async function sample(name: string): Promise<File> {
  return file(name, await readFile(join(SAMPLES, name)))
}

/** Drops files on the middle of the page, as a person does. */
async function drop(page: Page, files: readonly File[]): Promise<void> {
  const given = files.map(({ name, buffer }) => ({ name, text: buffer.toString('utf8') }))
  await page.evaluate(`(() => {
    const dataTransfer = new DataTransfer()
    for (const { name, text } of ${JSON.stringify(given)}) dataTransfer.items.add(new File([text], name))
    for (const type of ['dragover', 'drop'])
      document.body.dispatchEvent(
        new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }),
      )
  })()`)
}

const choose = (page: Page, files: readonly File[]) =>
  page.getByLabel('Drop files here').setInputFiles([...files])

const row = (page: Page, name: string) =>
  page.getByTestId('document').filter({ has: page.getByText(name, { exact: true }) })

const ready = (page: Page, name: string) =>
  row(page, name).and(page.locator('[data-status=ready]')).waitFor()

/** Keeps each state that a document's row shows. */
async function note(page: Page, name: string): Promise<void> {
  await page.evaluate(`(() => {
    globalThis.moves = new Set()
    const look = () => {
      for (const one of document.querySelectorAll('[data-testid=document]'))
        if (one.textContent.includes(${JSON.stringify(name)})) moves.add(one.innerText)
    }
    const options = { subtree: true, childList: true, characterData: true, attributes: true }
    new MutationObserver(look).observe(document.body, options)
  })()`)
}

async function moves(page: Page): Promise<string[]> {
  return z.array(z.string()).parse(await page.evaluate('[...moves]'))
}

test('documents are uploaded, watched, repaired, searched and read', async () => {
  const page = await screens.show('/')
  await page.getByLabel('A matter').fill('Smith v. Jones')
  await page.getByRole('button', { name: 'Open' }).click()
  await page.getByRole('heading', { name: 'Smith v. Jones' }).waitFor()
  await page.getByText('None yet.').waitFor()
  await expectFit(page, 'documents-empty')

  await note(page, 'lease.pdf')
  await choose(page, [
    file('lease.pdf', longPdf(96, 40)),
    file('statement.docx', docx({ body: paragraph('The witness saw the van leave at noon.') })),
    file('locked.pdf', encryptedPdf({ pages: [typed(['The rent is 900 pounds.'])] }, SECRET)),
    file('nothing.txt', ''),
    file('page.pdf', '<!doctype html><html><body><p>A page of the web.</p></body></html>'),
  ])
  await drop(page, await Promise.all(['mutual-nda.md', 'employment-agreement.md'].map(sample)))

  await row(page, 'nothing.txt').getByText('This file is empty.').waitFor()
  await row(page, 'page.pdf').getByText('This file is called .pdf but is a web page').waitFor()
  await row(page, 'locked.pdf').getByText('This file is protected.').waitFor()
  for (const name of ['lease.pdf', 'statement.docx', 'mutual-nda.md', 'employment-agreement.md'])
    await ready(page, name)
  await row(page, 'lease.pdf').getByText('96 pages · English').waitFor()
  expect((await moves(page)).length).toBeGreaterThanOrEqual(10)
  await page.getByText('5 of 5 documents done, 3 failed', { exact: true }).waitFor()
  await expectFit(page, 'documents-failed')

  const locked = row(page, 'locked.pdf')
  await locked.getByLabel('Password of locked.pdf').fill('a guess')
  await page.keyboard.press('Enter')
  await locked.getByText('This password does not open the file.').first().waitFor()
  await locked.getByLabel('Password of locked.pdf').fill(SECRET)
  await locked.getByRole('button', { name: 'Unlock' }).click()
  await ready(page, 'locked.pdf')
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    row(page, 'page.pdf').getByLabel('Another file for page.pdf').click(),
  ])
  await chooser.setFiles([file('page.html', '<p>A page of the web, under its own name.</p>')])
  await ready(page, 'page.html')
  await row(page, 'nothing.txt').getByRole('button', { name: 'Remove nothing.txt' }).click()
  await row(page, 'nothing.txt').waitFor({ state: 'detached' })
  await page.getByText(/, \d+ failed$/).waitFor({ state: 'detached' })

  await page.getByLabel('Question or words').fill('May she work from home?')
  await page.keyboard.press('Enter')
  const hits = page.getByRole('region', { name: 'Hits' }).getByRole('listitem')
  const hit = hits.filter({ hasText: 'three days of a week' }).first()
  await hit.locator('mark').first().waitFor()
  await expectFit(page, 'documents-found')
  await hit.getByRole('link').first().click()
  await page.waitForURL(/\/read\/[0-9a-f]{32}\?q=[^#]+#passage-\d+$/)
  const passage = page.locator('[aria-current=true]')
  expect(await passage.innerText()).toContain('three days of a week')
  expect(await passage.evaluate((found) => found === document.activeElement)).toBe(true)
  await page.locator('summary').filter({ hasText: 'Outline' }).click()
  await expectFit(page, 'documents-read')
  const heading = page.getByRole('link', { name: /^5\. / }).first()
  const title = await heading.innerText()
  await heading.click()
  await passage.filter({ hasText: title }).waitFor()
  await page.goBack()
  await passage.filter({ hasText: 'three days of a week' }).waitFor()
  await page.goBack()
  await hit.waitFor()
})

/** The share of dark pixels of the drawn page within the first box of the passage. */
function inkInBox(page: Page): Promise<unknown> {
  return page.evaluate(`(() => {
    const canvas = document.querySelector('[data-testid=page] canvas')
    const { left, top, width, height } = document.querySelector('[data-testid=box]').getBoundingClientRect()
    const frame = canvas.getBoundingClientRect()
    const scale = canvas.width / frame.width
    const place = [left - frame.left, top - frame.top, width, height].map((one) => Math.round(one * scale))
    const { data } = canvas.getContext('2d').getImageData(...place)
    const dark = data.filter((value, n) => n % 4 === 0 && value < 128).length
    return dark / (data.length / 4)
  })()`)
}

test('a hit in a PDF opens its own page with the passage marked, and the matter is renamed and taken along', async () => {
  const page = await screens.show('/matters?name=Reader')
  await choose(page, [file('lease.pdf', longPdf(4, 40)), file('note.txt', 'A note.')])
  await ready(page, 'lease.pdf')
  await ready(page, 'note.txt')
  await page.getByLabel('Question or words').fill('Which tenant shall keep room 130 in repair?')
  await page.keyboard.press('Enter')
  const hits = page.getByRole('region', { name: 'Hits' })
  await hits.getByRole('heading', { name: 'lease.pdf' }).waitFor()
  await hits.getByRole('listitem').filter({ hasText: 'room 130' }).getByRole('link').first().click()
  const drawn = page.locator('[data-testid=page][data-drawn]')
  await drawn.waitFor()
  expect(await page.locator('blockquote').innerText()).toContain('room 130')
  expect(await page.getByTestId('box').count()).toBeGreaterThan(1)
  const ink = Number(await inkInBox(page))
  expect(ink).toBeGreaterThan(0.02)
  expect(ink).toBeLessThan(0.6)
  await expectFit(page, 'documents-pdf')

  const steps = page.getByRole('navigation', { name: /^Hits for/ })
  const [, hit = '', all = ''] = /^Hit (\d+) of (\d+)$/m.exec(await steps.innerText()) ?? []
  expect(Number(all)).toBeGreaterThan(1)
  const step = Number(hit) === 1 ? ['Next hit', 2] : ['Previous hit', Number(hit) - 1]
  await steps.getByRole('link', { name: String(step[0]) }).click()
  await steps.getByText(`Hit ${step[1]} of ${all}`).waitFor()
  await page.locator('blockquote').filter({ hasNotText: 'room 130' }).waitFor()
  await page.goBack()
  await page.locator('blockquote').filter({ hasText: 'room 130' }).waitFor()

  const number = page.getByLabel('Number of the page')
  const first = Number(await number.inputValue())
  await page.getByRole('button', { name: 'Previous page' }).click()
  await page.getByRole('group', { name: 'Turn pages' }).getByText('of 4').waitFor()
  expect(new URL(page.url()).searchParams.get('page')).toBe(String(first - 1))
  await drawn.waitFor()
  await page.getByLabel(`Picture of page ${first - 1}`).press('ArrowRight')
  await page.getByLabel(`Picture of page ${first}`).waitFor()
  await page.getByRole('button', { name: 'Larger' }).click()
  await page.getByText('125 %').waitFor()
  await page.reload()
  await page.getByLabel(`Picture of page ${first}`).waitFor()
  await page.getByRole('button', { name: 'Text only' }).click()
  await page.locator('[aria-current=true]').filter({ hasText: 'room 130' }).waitFor()

  await page.getByRole('link', { name: 'Reader', exact: true }).click()
  await hits.getByRole('heading', { name: 'lease.pdf' }).waitFor()
  await page.getByRole('button', { name: 'Rename' }).click()
  await page.getByLabel('New name of the matter').fill('Reader ./. Müller')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Reader ./. Müller' }).waitFor()
  await ready(page, 'note.txt')
  await expectFit(page, 'documents-renamed')
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export' }).click(),
  ])
  // The files of a project share a browser, whose downloads have no path here.
  const parts: Buffer[] = await (await saved.createReadStream()).toArray()
  const names = Object.keys(unzipSync(Buffer.concat(parts)))
  expect(names.toSorted()).toEqual([
    'files/lease.pdf',
    'files/note.txt',
    'index.csv',
    'texts/lease.pdf.md',
    'texts/note.txt.md',
  ])
})

test('W-4: a refresh in the middle shows again the work on every document', async () => {
  const page = await screens.show('/matters?name=long')
  await choose(page, [file('annex.pdf', longPdf(600, 3)), await sample('mutual-nda.md')])
  const annex = row(page, 'annex.pdf')
  await annex.getByText(/^\d+ % · Page \d+ of 600$/).waitFor()
  await page.reload()
  await annex.getByText(/^\d+ % · \w+ \d+ of \d+$/).waitFor()
  await expectFit(page, 'documents-going')
  await ready(page, 'annex.pdf')
  await ready(page, 'mutual-nda.md')

  // An ended run is shown from the stored documents, so the page opens no stream for it.
  const streams: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/stream')) streams.push(request.url())
  })
  await page.reload()
  await ready(page, 'annex.pdf')
  await page.waitForLoadState('networkidle')
  expect(streams).toEqual([])
})

test('an upload that is too large is refused with a message, also without a declared size, and leaves nothing', async () => {
  const me = await User.of(stack, 'me')
  const boundary = 'the-end-of-a-part'
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="files"; filename="a.txt"\r\n\r\n`
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(Buffer.from(head)),
    pull(controller) {
      if (sent === 95) return controller.close()
      sent += 1
      controller.enqueue(Buffer.alloc(1_048_576, 'word '))
    },
  })
  let sent = 0
  const headers = {
    authorization: `Bearer ${me.token}`,
    'content-type': `multipart/form-data; boundary=${boundary}`,
  }
  const sending = { method: 'POST', headers, body, duplex: 'half' }
  const answer = await fetch(`${stack.origin}/api/documents?matter=much`, sending)
  expect(Problem.parse(await answer.json())).toMatchObject({ status: 413 })
  expect(await (await me.get('/api/documents?matter=much')).json()).toMatchObject({ documents: [] })
  expect(await me.runs()).toEqual([])
})
