/** A plain line of ASCII, of which most text is made, has nothing to be taken out. */
const PLAIN = /^[\t\x20-\x7e]*$/

/** NUL and the other control characters, marks of byte order, and hyphens that nobody sees. */
// oxlint-disable-next-line no-control-regex -- these very characters are taken out
const UNSEEN = /[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\ufeff\ufffe\uffff]/g
const BREAKS = /[\n\v\f\r\u0085\u2028\u2029]+/g
const SPACES = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g

/** One line of well-formed text in NFC, without what no text holds; its indent is kept. */
export function cleanLine(line: string): string {
  if (PLAIN.test(line)) return line.trimEnd()
  const seen = line.replace(BREAKS, ' ').replace(UNSEEN, '').replace(SPACES, ' ')
  return seen.toWellFormed().normalize('NFC').trimEnd()
}

/** The same of running text, in which a run of white space is one space. */
export function cleanFlow(text: string): string {
  return cleanLine(text).replaceAll(/\s+/g, ' ').trim()
}
