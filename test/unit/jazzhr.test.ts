import { expect, test } from 'vitest'

import { readServed } from '../support/recorded.ts'

const source = { type: 'jazzhr', board: 'acme' }
const row = `<tr id="row_job_2026_x"><td><a class="job_title_link" href="/apply/jobs/details/AbC12?x=1">Baker &amp; Cook</a>
<span class="resumator_department">Kitchen</span></td><td> Oslo, Norway </td></tr>`

test('a row becomes a listed posting, whose text is on its page', async () => {
  const { postings, incomplete } = await readServed(source, ({ pathname }) => ({
    body: pathname === '/apply/jobs' ? `<table><tr><th>Job</th></tr>${row}</table>` : '',
  }))
  expect(incomplete).toBeNull()
  expect(postings).toMatchObject([
    {
      external_id: 'AbC12',
      title: 'Baker & Cook',
      department: 'Kitchen',
      locations: ['Oslo, Norway'],
    },
  ])
})

test('a page without rows fails the plan', async () => {
  await expect(readServed(source, '<html><body>Welcome</body></html>')).rejects.toThrow(
    /lists no job/,
  )
})
