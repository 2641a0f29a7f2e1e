import { cleanText } from '../../protocol/clean-text.ts'

const MAX_LABEL = 300

/** A short text of a source, such as a title: cleaned, trimmed and cut between two characters. */
export function toLabel(text: string | null | undefined): string {
  return cleanText(text ?? '')
    .trim()
    .slice(0, MAX_LABEL)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trimEnd()
}

/** Each label once, in the source’s order, and none that is empty. */
export function toLabels(texts: readonly (string | null | undefined)[]): string[] {
  return [...new Set(texts.map(toLabel))].filter((label) => label !== '')
}
