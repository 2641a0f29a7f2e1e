import type { TextBuilder } from '../text/text-builder.ts'

/** Whether a text recognition found anything. */
export function hasLines(lines: readonly string[]): boolean {
  return lines.some((line) => line.trim() !== '')
}

/** Writes the recognised lines of a picture as paragraphs of their own. */
export function writeLines(builder: TextBuilder, lines: readonly string[]): void {
  builder.break('paragraph')
  for (const line of lines) {
    if (line.trim() === '') builder.break('paragraph')
    else builder.line(line.trim())
  }
  builder.break('paragraph')
}
