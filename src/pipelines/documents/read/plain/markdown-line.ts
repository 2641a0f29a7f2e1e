import { decodeHTMLStrict } from 'entities/decode'

/** [words](address "title"), ![words](address), [words][name] */
const LINK =
  /!?\[([^[\]]*)\](?:\([^()\s]*(?:\([^()\s]*\)[^()\s]*)?(?:\s+["'(][^"'()]*["')])?\)|\[[^[\]]*\])/g
const ADDRESS = /<((?:https?:\/\/|mailto:)[^<>\s]+)>/g
const TAG = /<\/?[a-z][a-z0-9-]*(?:\s[^<>]*)?\/?>/gi
const STRONG = /(\*\*|__)(?=\S)([^*_]+)(?<=\S)\1/g
const EMPHASIS = /(?<![\p{L}\p{N}*_])([*_])(?=[^\s*_])([^*_]+)(?<=[^\s*_])\1(?![\p{L}\p{N}*_])/gu
const ESCAPED = /\\([!-/:-@[-`{-~])/g
const CODE = /(?<!`)(`{1,4})(?!`)([^`]+)\1(?!`)/g
const RULE = /^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/
const HARD_BREAK = /\\$/

/** Longer lines are nobody's, and stay as they are. */
const MAX_LINE = 20_000

/** A line of Markdown as a reader sees it: words without marks; a list's and a table's stay. */
export function plainMarkdown(line: string): string {
  if (line.length > MAX_LINE) return line
  if (RULE.test(line)) return ''
  const words = line
    .replace(HARD_BREAK, '')
    .replaceAll(ADDRESS, '$1')
    .replaceAll(TAG, '')
    .replaceAll(LINK, '$1')
    .replaceAll(LINK, '$1')
    .replaceAll(CODE, '$2')
    .replaceAll(STRONG, '$2')
    .replaceAll(EMPHASIS, '$2')
    .replaceAll(STRONG, '$2')
    .replaceAll(ESCAPED, '$1')
  return words.includes('&') ? decodeHTMLStrict(words) : words
}
