import type { Token } from 'markdown-it'

import type { MarkdownParser } from './markdown-parser.ts'

/** How much text is parsed at once, in characters: as a rule, and where one block is longer than that. */
const SIZES = [64_000, 256_000] as const
const [, MAX_SIZE] = SIZES

/** A part of a text that is read at once, and where the text goes on after that part. */
export type Window =
  | { readonly kind: 'blocks'; readonly blocks: readonly Token[]; readonly end: number }
  /** A line that is too long to be Markdown that anybody wrote. */
  | { readonly kind: 'line'; readonly line: string; readonly end: number }

/** The blocks that begin at this place. The last block of a window may go on, and is left to the next one. */
export function readWindow(text: string, at: number, parser: MarkdownParser): Window {
  if (lineEnd(text, at) - at > MAX_SIZE) {
    const end = lineEnd(text, at)
    return { kind: 'line', line: text.slice(at, end), end }
  }
  for (const size of SIZES) {
    const end = windowEnd(text, at, size)
    const source = text.slice(at, end)
    const blocks = parser.blocks(source)
    if (end === text.length) return { kind: 'blocks', blocks, end }
    const last = blocks.findLastIndex(({ level, map }) => level === 0 && map !== null)
    const line = blocks[last]?.map?.[0] ?? 0
    if (line > 0)
      return { kind: 'blocks', blocks: blocks.slice(0, last), end: at + lineStart(source, line) }
  }
  // One block fills the largest window: it is cut there.
  const end = windowEnd(text, at, MAX_SIZE)
  return { kind: 'blocks', blocks: parser.blocks(text.slice(at, end)), end }
}

/** The end of the last line that fits, or of the first line; a line that is too long is in no window. */
function windowEnd(text: string, at: number, size: number): number {
  let end = lineEnd(text, at)
  while (end < text.length) {
    const next = lineEnd(text, end)
    if (next - at > size || next - end > MAX_SIZE) break
    end = next
  }
  return end
}

/** The place after a line and the mark that ends it. */
function lineEnd(text: string, at: number): number {
  const mark = text.indexOf('\n', at)
  return mark === -1 ? text.length : mark + 1
}

function lineStart(source: string, line: number): number {
  let place = 0
  for (let n = 0; n < line; n++) place = lineEnd(source, place)
  return place
}
