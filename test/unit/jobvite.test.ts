import { expect, test } from 'vitest'

import { readServed, recorded, unrecorded } from '../support/recorded.ts'

const source = { type: 'jobvite', board: 'acme' }

function page(rows: string, paging = ''): string {
  return `<html><body><table>${rows}</table>${paging}</body></html>`
}
const row = `<tr><td><a href="/acme/job/oAbc">Baker &amp; <b>Cook</b></a></td><td class="jv-job-list-location"> Oslo,
  Norway </td></tr>`

test('a row becomes a listed posting, whose text is on its page', async () => {
  const { postings, incomplete, origin } = await readServed(source, ({ pathname }) => ({
    body: pathname === '/acme/jobs' ? page(row) : '',
  }))
  expect(incomplete).toBeNull()
  expect(postings).toMatchObject([
    {
      external_id: 'oAbc',
      title: 'Baker & Cook',
      url: `${origin}/acme/job/oAbc`,
      locations: ['Oslo, Norway'],
    },
  ])
})

test('a list that counts more jobs than it shows is incomplete', async () => {
  const counted = page(row, '<div class="jv-pagination-text">1 - 50 of 1,233</div>')
  expect((await readServed(source, counted)).incomplete).toMatch(/counts 1233 postings/)
})

test('a page without rows fails the plan, unless it counts none', async () => {
  await expect(readServed(source, page(''))).rejects.toThrow(/does not say that there is none/)
  const none = page('', '<div class="jv-pagination-text">0 of 0</div>')
  expect(await readServed(source, none)).toMatchObject({ postings: [], incomplete: null })
})

test('a link to another host is no posting of the board', async () => {
  const foreign = page(row + row.replace('/acme/job/', 'https://evil.example/job/'))
  expect((await readServed(source, foreign)).incomplete).toMatch(/no id or no title/)
})

test.skipIf(unrecorded)('the recorded page', async () => {
  const { postings, incomplete } = await readServed(source, ({ pathname }) => ({
    body: pathname.endsWith('/jobs') ? recorded('jobvite/list.html') : '',
  }))
  expect(incomplete).toBeNull()
  expect(postings).toMatchObject([
    {
      external_id: 'octxAfww',
      title: 'Manager, Development (Chicago/Hybrid)',
      locations: ['Chicago, Illinois'],
    },
    { title: 'Manager, Technology Vendor Management (Chicago/Hybrid)' },
  ])
})
