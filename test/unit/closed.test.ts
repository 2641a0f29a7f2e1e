import { describe, expect, test } from 'vitest'

import { saysClosed } from '../../src/pipelines/ingestion/page/closed.ts'
import { ClosedResult } from '../../src/protocol/posting.ts'
import {
  crawled,
  fromBoard,
  fromSite,
  page,
  PAGE_URL,
  posting,
  postingOf,
  TEXT,
} from '../support/crawled.ts'

describe('a page says that its posting is closed', () => {
  test.each([
    '<h1>This job is no longer available</h1>',
    '<p>Sorry! This position has been filled. <a href="/">See other jobs</a></p>',
    '<div><span>This</span> posting <b>is closed</b>.</div>',
    '<p>The job you are looking for is no longer open.</p>',
    '<h2>Diese Stelle ist leider nicht mehr verfügbar.</h2>',
    '<p>Die Stellenanzeige ist abgelaufen.</p>',
    '<p>Cette offre n’est plus disponible</p>',
    '<p>Le poste a été pourvu.</p>',
    '<p>Esta oferta ya no está disponible.</p>',
    '<p>La vacante ha sido cubierta</p>',
    '<p>Questa posizione non è più disponibile</p>',
    '<p>Esta vaga não está mais disponível.</p>',
    '<p>Deze vacature is niet meer beschikbaar</p>',
    '<p>Ta oferta jest nieaktualna</p>',
    '<p>Вакансия в архиве</p>',
    '<p>この求人の募集は終了しました</p>',
    '<p>该职位已停止招聘</p>',
    '<p>채용이 마감되었습니다</p>',
    '<input hidden><p>This job is no longer available</p>',
    '<div hidden><div>x</div></div><p>This job is no longer available</p>',
  ])('%s', (html) => {
    expect(saysClosed(page(null, html))).toBe(true)
  })

  test.each([
    // A plan for later.
    '<p>Applications are accepted until the position has been filled.</p>',
    '<p>If this job is no longer available, we write to you.</p>',
    '<p>Wir melden uns, sobald die Stelle besetzt ist oder wenn die Stelle nicht mehr verfügbar ist.</p>',
    // A part of a longer text.
    `<p>We are a team of many. ${'We bake. '.repeat(30)} The old role has been filled.</p>`,
    // Another subject.
    '<p>The cafe is closed on Mondays</p>',
    '<p>Flash is no longer available</p>',
    '<p>Open position</p>',
    '<p>Offene Stelle, nicht mehr als 20 Stunden verfügbar</p>',
    // The page hides the notice, for its script to show.
    '<div hidden>This job is no longer available</div>',
    '<div style="display: none"><p>This job is no longer available</p></div>',
    '<div class="alert d-none"><div>x</div><p>This job is no longer available</p></div>',
    '<p aria-hidden="true">This job is no longer available</p>',
    '<script>show("This job is no longer available")</script>',
    '<template><p>This job is no longer available</p></template>',
    '<noscript><p>This job is no longer available</p></noscript>',
    '',
  ])('no: %s', (html) => {
    expect(saysClosed(page(null, html))).toBe(false)
  })
})

const NOTICE = '<h2>This job is no longer available</h2>'
const KNOWN = { url: PAGE_URL, sha256: '0'.repeat(64), etag: null, last_modified: null }

test('a posting whose page still has its content closes with it', async () => {
  const before = Date.now()
  const { closed_at, description_text } = await postingOf(page(posting, NOTICE))
  expect(Date.parse(closed_at ?? '')).toBeGreaterThanOrEqual(before)
  expect(description_text).toBe('Bake bread')
  expect((await postingOf(page(posting, TEXT))).closed_at).toBeNull()
})

test.each([
  ['a site', fromSite],
  ['a board', fromBoard],
])(
  'a known posting of %s closes without its content, which the page no longer has',
  async (_, listed) => {
    const result = await crawled(page(null, NOTICE), listed, KNOWN).result
    if (result.kind !== 'ready') throw new Error(result.kind)
    const closed = ClosedResult.parse(result.result)
    expect(closed).toMatchObject({ visit: 3, page: { url: PAGE_URL } })
  },
)

test('a posting that was closed when it was first read is skipped', async () => {
  expect(await crawled(page(null, NOTICE)).result).toMatchObject({
    kind: 'skipped',
    reason: { code: 'page_closed' },
  })
})
