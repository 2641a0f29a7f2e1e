import type { Token } from 'markdown-it'

import type { MarkdownParser } from './markdown-parser.ts'

/**
 * The number of characters that are parsed at a time: usually, and for a block that is longer than the usual size.
 */
const SIZES = [64_000, 256_000] as const
const [, MAX_SIZE] = SIZES

/** A part of a text that is parsed at a time. The next part begins at `end`. */
export type Window =
  | { readonly kind: 'blocks'; readonly blocks: readonly Token[]; readonly end: number }
  /** A line that is too long to be Markdown that anybody wrote. */
  | { readonly kind: 'line'; readonly line: string; readonly end: number }

/** Reads the blocks that begin at `at`. Leaves the last block to the next window, as the block may go on there. */
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
  // One block fills the largest window, so this cuts the block.
  const end = windowEnd(text, at, MAX_SIZE)
  return { kind: 'blocks', blocks: parser.blocks(text.slice(at, end)), end }
}

/** Returns the end of the last line that fits, or else of the first line. Stops before a line that is too long. */
function windowEnd(text: string, at: number, size: number): number {
  let end = lineEnd(text, at)
  while (end < text.length) {
    const next = lineEnd(text, end)
    if (next - at > size || next - end > MAX_SIZE) break
    end = next
  }
  return end
}

/** Returns the position after a line and its end mark. */
function lineEnd(text: string, at: number): number {
  const mark = text.indexOf('\n', at)
  return mark === -1 ? text.length : mark + 1
}

function lineStart(source: string, line: number): number {
  let place = 0
  for (let n = 0; n < line; n++) place = lineEnd(source, place)
  return place
}
