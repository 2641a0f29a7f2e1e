import { withSigns } from './private-signs.ts'

/** Matches plain ASCII. Most lines are plain and need no cleaning. */
const PLAIN = /^[\t\x20-\x7e]*$/

/** Control characters, byte order marks and soft hyphens. */
// oxlint-disable-next-line no-control-regex -- the pattern removes these characters
const UNSEEN = /[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\ufeff\ufffe\uffff]/g
const BREAKS = /[\n\v\f\r\u0085\u2028\u2029]+/g
/** The forms that punctuation has in vertical lines, and letters of Arabic and Hebrew have beside others. */
const FORMS = /[\ufe10-\ufe18\ufe31-\ufe44\ufe47\ufe48\ufb1d-\ufdcf\ufe70-\ufefc]/g
const SPACES = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g

/** Cleans one line: well formed, in NFC, without unseen characters. Keeps the indent. */
export function cleanLine(line: string): string {
  if (PLAIN.test(line)) return line.trimEnd()
  const seen = line
    .replace(BREAKS, ' ')
    .replace(UNSEEN, '')
    .replace(SPACES, ' ')
    .replace(FORMS, (sign) => sign.normalize('NFKC'))
  return withSigns(seen).toWellFormed().normalize('NFC').trimEnd()
}

/** Cleans running text. A run of white space becomes one space. */
export function cleanFlow(text: string): string {
  return cleanLine(text).replaceAll(/\s+/g, ' ').trim()
}
