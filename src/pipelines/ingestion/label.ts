import { cleanText } from '../../protocol/clean-text.ts'

export const MAX_LABEL = 300

/** Cleans, trims and cuts a short text of a source, such as a title. Never cuts a surrogate pair in two. */
export function toLabel(text: string | null | undefined): string {
  return cleanText(text ?? '')
    .trim()
    .slice(0, MAX_LABEL)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trimEnd()
}

/** Makes labels in the source's order. Leaves out empty and repeated ones. */
export function toLabels(texts: readonly (string | null | undefined)[]): string[] {
  return [...new Set(texts.map(toLabel))].filter((label) => label !== '')
}
