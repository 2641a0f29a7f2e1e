import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { type Chunk, chunkText } from '../../src/pipelines/documents/chunk/chunk.ts'
import type { Extracted } from '../../src/pipelines/documents/text/extracted.ts'
import { read } from '../support/documents/reading.ts'

const OWN = join(import.meta.dirname, '../../samples/documents')
const RECORDED = join(process.env['RUNCAST_FIXTURES'] ?? '', 'documents')

/** How a person tells the headings of a document: by the marks of its source, or by the look of a line. */
type Look = 'marks' | RegExp

/** The laws and contracts, each with the lines that are headings. A line of a sentence that cites an article is none. */
const DOCUMENTS: readonly (readonly [folder: string, name: string, look: Look])[] = [
  [OWN, 'arbeitsvertrag.txt', /^§ \d+ [^.]+$/],
  [OWN, 'bail-d-habitation.md', 'marks'],
  [OWN, 'commercial-lease.html', /^\d+\. [A-Z][^.]+$/],
  [OWN, 'contrat-de-travail.txt', /^Article \d+ - .+$/],
  [OWN, 'datenschutzerklaerung.html', /^\d+\. \p{Lu}[^.]+$/u],
  [OWN, 'employment-agreement.md', 'marks'],
  [OWN, 'it-services-agreement.txt', /^\d+\. [A-Z ,'-]+$/],
  [OWN, 'mutual-nda.md', 'marks'],
  [OWN, 'shared-workshops-act.txt', /^(?:Article \d+ [A-Z][^.;]+|PART [IVX]+ - .+)$/],
  [OWN, 'wohnraummietvertrag.md', 'marks'],
  [RECORDED, 'commonpaper-cloud-service-agreement.md', /^\d+\. [A-Z][\w ,&]+$/],
  [RECORDED, 'de-grundgesetz.md', 'marks'],
  [RECORDED, 'dmca-takedown-policy.md', 'marks'],
  [RECORDED, 'eu-gdpr-en.html', /^(?:Article \d+|CHAPTER [IVX]+|Section \d+)$/],
  [RECORDED, 'series-seed-preferred-stock-investment-agreement.md', 'marks'],
]

/** A heading's place in the text. */
type Title = { readonly start: number; readonly text: string }

function titlesOf(text: string, look: Look, source: string): Title[] {
  if (look !== 'marks') return linesOf(text).filter((line) => look.test(line.text))
  const marked = [...source.matchAll(/^#{1,6} +(.+?) *#*$/gm)].map(([, words = '']) => plain(words))
  const titles: Title[] = []
  let from = 0
  for (const words of marked) {
    const line = linesOf(text).find((one) => one.start >= from && plain(one.text) === words)
    if (line === undefined) continue
    titles.push(line)
    from = line.start + 1
  }
  return titles
}

function linesOf(text: string): Title[] {
  let start = 0
  return text.split('\n').map((line) => {
    const title = { start, text: line.trim() }
    start += line.length + 1
    return title
  })
}

function plain(words: string): string {
  return words.replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim()
}

/** Samples the text every so many characters, and counts where a passage would be cited under its own heading. */
function sample({ text }: Extracted, chunks: readonly Chunk[], titles: readonly Title[]) {
  const [first] = titles
  const wrong: string[] = []
  let samples = 0
  for (let at = first?.start ?? text.length; at < text.length; at += 200) {
    const title = titles.findLast(({ start }) => start <= at)
    const shown = chunks.filter(({ start, end }) => start <= at && at < end)
    if (title === undefined || shown.length === 0) continue
    samples++
    const paths = shown.map(({ start, places }) =>
      places.findLast((place) => place.at <= at - start)?.headings.map(plain),
    )
    if (!paths.every((path) => path?.includes(plain(title.text)))) wrong.push(`${at} ${title.text}`)
  }
  return { samples, wrong }
}

test('of samples every 200 characters of laws and contracts, 99.5 % stand under their own heading', async () => {
  let all = 0
  let lost = 0
  for (const [folder, name, look] of DOCUMENTS.filter(([at, file]) => existsSync(join(at, file)))) {
    const bytes = new Uint8Array(readFileSync(join(folder, name)))
    const extracted = await read(bytes, name)
    const titles = titlesOf(extracted.text, look, new TextDecoder().decode(bytes))
    expect({ name, hasTitles: titles.length > 4 }).toEqual({ name, hasTitles: true })
    const chunks = chunkText(extracted, { chars: 1_200, overlap: 150 })
    const { samples, wrong } = sample(extracted, chunks, titles)
    // A document whose headings are all lost must not hide among the others.
    expect({ name, lost: wrong.length > samples / 20 ? wrong : [] }).toEqual({ name, lost: [] })
    all += samples
    lost += wrong.length
  }
  const share = ((1 - lost / all) * 100).toFixed(2)
  process.stdout.write(`${all} samples: ${share} % under their own heading\n`)
  expect(all).toBeGreaterThan(300)
  expect(lost / all).toBeLessThanOrEqual(0.005)
})
