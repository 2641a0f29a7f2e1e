import { beforeAll, expect, test } from 'vitest'

import { searchVectors, searchWords } from '../../src/db/document-search.ts'
import { hashingEmbedder } from '../../src/pipelines/documents/embed/hashing-embedder.ts'
import { searchPage } from '../../src/pipelines/documents/search-page.ts'
import { newOwner, openDatabase } from '../support/database.ts'
import { StoredDocument } from '../support/stored-document.ts'

const db = openDatabase()
const owner = newOwner()

const ports = {
  embedder: hashingEmbedder,
  words: (scope: Parameters<typeof searchWords>[1], question: string) =>
    searchWords(db, scope, question),
  vectors: (
    scope: Parameters<typeof searchVectors>[1],
    question: Parameters<typeof searchVectors>[2],
  ) => searchVectors(db, scope, question),
}

const TEXTS = [
  'Order KL-40519 names the derrick and the mole.',
  'Claim CD-7788/21 was filed by the dredger.',
  'Directive (EU) 2019/1024 governs the charts of the pilot.',
  'Invoice RE-2023-0451 is open.',
  'The list of Haflinger.at names the horses.',
  'The board sets the toll.Notice goes out at noon.',
  'The column gross_weight is filled by the weigher.',
  'Under § 14(2)(b) the reeve may close a lock.',
  'Under § 2(14)(b) the reeve must ring a bell.',
  '本契約由賣方與買方簽訂，買賣價金按季支付。',
  '今日天氣晴朗，漁船清晨出海。',
  '매수인은 매도인에게 선박의 대금을 지급한다.',
  'ผู้เช่าชำระค่าเช่าเป็นรายเดือนล่วงหน้า',
  'يدفع المُشتري الثمن كاملا عند التسليم.',
] as const

async function firstHit(q: string) {
  const answer = await searchPage({ owner, q, limit: 5 }, ports)
  const [hit] = answer.kind === 'page' ? answer.page.hits : []
  return {
    passage: hit?.passage,
    marked: hit?.highlights.map(([from, to]) => hit.passage.slice(from, to)) ?? [],
  }
}

beforeAll(async () => {
  for (const text of TEXTS)
    await new StoredDocument(db, {
      owner,
      language: /^[\x20-\x7e§]+$/.test(text) ? 'english' : 'simple',
    }).index(text)
})

test.each([
  ['KL-40519', 0],
  ['KL 40519', 0],
  ['40519', 0],
  ['CD-7788/21', 1],
  ['7788', 1],
  ['2019/1024', 2],
  ['1024', 2],
  ['RE-2023-0451', 3],
  ['0451', 3],
  ['Haflinger', 4],
  ['Haflinger.at', 4],
  ['notice at noon', 5],
  ['weight', 6],
  ['gross_weight', 6],
  ['§ 14(2)(b)', 7],
  ['§ 2(14)(b)', 8],
  ['14 (2)', 7],
])('a number or a mark is found by its spellings and its parts: %s', async (q, at) => {
  expect((await firstHit(q)).passage).toBe(TEXTS[at])
})

test.each([
  ['價金', 9, '價金'],
  ['買方', 9, '買方'],
  ['漁船', 10, '漁船'],
  ['매수인', 11, '매수인은'],
  ['선박', 11, '선박의'],
  ['ค่าเช่า', 12, 'ค่า'],
  ['المشتري', 13, 'المُشتري'],
])(
  'a word inside a sentence without spaces is found first and marked: %s',
  async (q, at, marked) => {
    const hit = await firstHit(q)
    expect(hit.passage).toBe(TEXTS[at])
    expect(hit.marked.length).toBeGreaterThan(0)
    expect(hit.marked.join('')).toContain(marked)
  },
)
