import { describe, expect, test } from 'vitest'

import { markedLines } from '../../src/pipelines/documents/read/pdf/bookmarks.ts'
import { joined, objectsOf, type PdfPlan, type PrintedLine } from '../support/documents/pdf.ts'
import { read } from '../support/documents/reading.ts'
import { processorMs } from '../support/processor-time.ts'

type Entry = { readonly title: string; readonly page: number; readonly below?: readonly Entry[] }

/** Adds an outline to a PDF. The pages are its objects 6, 8, 10 … */
function withOutline(plan: PdfPlan, entries: readonly Entry[]): Uint8Array {
  const root = 6 + plan.pages.length * 2
  const objects = objectsOf({ ...plan, catalog: `/Outlines ${root} 0 R` })
  const added: string[] = ['']
  const add = (list: readonly Entry[], parent: number): string => {
    const first = root + added.length
    const places = list.map((_, at) => first + at)
    for (const _ of list) added.push('')
    for (const [at, { title, page, below = [] }] of list.entries()) {
      const next = at + 1 < list.length ? `/Next ${first + at + 1} 0 R` : ''
      const inner = below.length > 0 ? add(below, first + at) : ''
      added[first + at - root] =
        `<</Title(${title})/Parent ${parent} 0 R${next}${inner}/Dest[${6 + page * 2} 0 R/Fit]>>`
    }
    return `/First ${places[0]} 0 R/Last ${places.at(-1)} 0 R/Count ${list.length}`
  }
  const top = add(entries, root)
  added[0] = `<</Type/Outlines${top}>>`
  return joined('', [...objects, ...added], '')
}

const BODY = [
  'The seller hands over the boat within three',
  'days at the quay of Eskmouth, and no later.',
]
const page = (...lines: readonly string[]): PrintedLine[] =>
  lines.map((text, at) => ({ text, y: 760 - at * 14 }))

async function headingsOf(plan: PdfPlan, entries: readonly Entry[]) {
  const { headings } = await read(withOutline(plan, entries), 'a.pdf')
  return headings.map(({ level, text }) => `${level} ${text}`)
}

describe('headings in the size of the text', () => {
  test('are those of the outline, with its levels', async () => {
    const pages = [
      page('1. The Boat', ...BODY, '1.1 Its Place', ...BODY),
      page('2. The Rent', ...BODY),
    ]
    const entries = [
      { title: '1. The Boat', page: 0, below: [{ title: 'Its place', page: 0 }] },
      { title: '2. The  Rent', page: 1 },
      { title: 'Not in the text', page: 1 },
    ]
    expect(await headingsOf({ pages }, entries)).toEqual([
      '1 1. The Boat',
      '2 1.1 Its Place',
      '1 2. The Rent',
    ])
  })

  test('may have several lines, and follow each other', async () => {
    const pages = [
      page('Article 1 The Boat and', 'All That Belongs to It', 'Article 2 The Rent', ...BODY),
    ]
    const entries = [
      { title: 'The Boat and All That Belongs to It', page: 0 },
      { title: 'Article 2 The Rent', page: 0 },
    ]
    expect(await headingsOf({ pages }, entries)).toEqual([
      '1 Article 1 The Boat and All That Belongs to It',
      '1 Article 2 The Rent',
    ])
  })

  test('are not the headers that repeat them', async () => {
    const header = { text: '1. The Boat', y: 820, size: 8 }
    const { text, headings } = await read(
      withOutline({ pages: [[header, ...page('1. The Boat', ...BODY)]] }, [
        { title: '1. The Boat', page: 0 },
      ]),
      'a.pdf',
    )
    expect(headings.map(({ start }) => start)).toEqual([text.lastIndexOf('1. The Boat')])
  })

  test('stand below those that show by their size', async () => {
    const title = { text: 'Lease of a Boat', y: 790, size: 24 }
    const chapter = { text: 'Chapter One', y: 775, size: 16 }
    const pages = [[title, chapter, ...page('1. The Boat', ...BODY, ...BODY, ...BODY, ...BODY)]]
    const entries = [{ title: 'Chapter One', page: 0, below: [{ title: '1. The Boat', page: 0 }] }]
    expect(await headingsOf({ pages }, entries)).toEqual([
      '1 Lease of a Boat',
      '2 Chapter One',
      '3 1. The Boat',
    ])
  })
})

test('an outline of thousands of entries is searched in bounded time', async () => {
  const lines = Array.from({ length: 3_000 }, (_, at) => ({
    text: `line ${at} of a page with words`,
    size: 12,
    apart: false,
    y: 0,
  }))
  const bookmarks = Array.from({ length: 5_000 }, (_, at) => ({
    title: `none ${at}`,
    page: 0,
    depth: 0,
  }))
  const ms = await processorMs(() => markedLines([lines], bookmarks, () => undefined))
  expect(ms).toBeLessThan(10_000)
})
