import { expect, test } from 'vitest'

import { readServed, recorded, unrecorded } from '../support/recorded.ts'

const source = { type: 'icims', board: 'careers-acme' }

function card(id: number, host = ''): string {
  return `<li class="iCIMS_JobCardItem"><div class="col-xs-6 header left"><span class="sr-only field-label">Ort</span>
<span>US-CA-Monrovia</span></div><div class="title"><a class="iCIMS_Anchor" href="${host}/jobs/${id}/baker/job?in_iframe=1"><h3>Baker</h3></a></div>
<dl><dt>Date</dt><dd><span title="5/6/2026 1:00 PM">1 day ago</span></dd></dl></li>`
}

test('the pages that the links name are read, and the one behind them is not asked for', async () => {
  const links = '<a href="?pr=0&amp;o=">1</a><a href="?pr=1&amp;o=">2</a>'
  const { postings, incomplete, asked, origin } = await readServed(
    source,
    ({ pathname, searchParams }) => ({
      body:
        pathname === '/jobs/search'
          ? `<ul>${card(Number(searchParams.get('pr')) + 10)}</ul>${links}`
          : '',
    }),
  )
  expect(incomplete).toBeNull()
  expect(asked.filter((path) => path.includes('search'))).toHaveLength(2)
  expect(postings).toMatchObject([
    {
      external_id: '10',
      title: 'Baker',
      url: `${origin}/jobs/10/baker/job`,
      locations: ['US-CA-Monrovia'],
      posted_at: null,
      detail: { url: `${origin}/jobs/10/baker/job?in_iframe=1` },
    },
    { external_id: '11' },
  ])
})

test('a page without cards fails the plan, unless it says that there are none', async () => {
  await expect(readServed(source, '<html><body>Blocked</body></html>')).rejects.toThrow(
    /does not say/,
  )
  const none = '<html><body><div class="iCIMS_NoResultsMessage">Sorry</div></body></html>'
  expect(await readServed(source, none)).toMatchObject({ postings: [], incomplete: null })
})

test('a card that links to another host is no posting of the board', async () => {
  const cards = `<ul>${card(1)}${card(2, 'https://evil.example')}</ul>`
  const { postings, incomplete } = await readServed(source, ({ pathname }) => ({
    body: pathname === '/jobs/search' ? cards : '',
  }))
  expect([postings.length, incomplete]).toEqual([1, expect.stringContaining('no id or no title')])
})

test.skipIf(unrecorded)('the recorded page', async () => {
  const { postings, incomplete } = await readServed(source, ({ pathname }, _sent, origin) => ({
    body:
      pathname === '/jobs/search'
        ? recorded('icims/list.html').replaceAll('https://careers-wipfli.icims.com', origin)
        : '',
  }))
  expect(incomplete).toBeNull()
  // The texts and the dates are on the postings' pages.
  expect(postings).toMatchObject([
    { external_id: '8214', title: 'Payroll Tax Specialist', locations: ['US'] },
    { external_id: '8212', title: 'Payroll Support Specialist', locations: ['US'] },
  ])
})
