import { findWords } from '../protocol/posting-words.ts'
import type { PostingView } from '../protocol/posting.ts'

type FoundRange = readonly [number, number]

/** The most characters of a description that are shown around the words that were found, and those before the first. */
const EXCERPT = 300
const BEFORE = 80
const MOST = 20

/** Adds where a posting has the words of a query: in its title, and in a part of its description. */
export function highlighted(posting: PostingView, q: string): PostingView {
  const title = inTitle(posting.title, q)
  const description = excerptOf(
    posting.description_text,
    findWords(posting.description_text, q, MOST),
  )
  return { ...posting, highlights: { title, description } }
}

/** The words, or else the query as it is. */
function inTitle(title: string, q: string): FoundRange[] {
  const words = findWords(title, q, MOST)
  if (words.length > 0) return words
  const at = title.toLowerCase().indexOf(q.toLowerCase())
  return at === -1 ? [] : [[at, at + q.length]]
}

function excerptOf(text: string, found: readonly FoundRange[]) {
  const [first] = found
  if (!first) return null
  const start = wordBorder(text, Math.max(0, first[0] - BEFORE))
  const end = wordBorder(text, Math.min(text.length, start + EXCERPT))
  const ranges = found
    .filter(([, to]) => to <= end)
    .map(([from, to]) => [from - start, to - start] as const)
  return { text: text.slice(start, end), ranges }
}

/** The next place at or behind this one at which a word begins. Looks no further than a long word goes. */
function wordBorder(text: string, at: number): number {
  if (at === 0 || at === text.length) return at
  const space = text.slice(at - 1, at + 40).search(/\s/)
  return space === -1 ? at : at + space
}
