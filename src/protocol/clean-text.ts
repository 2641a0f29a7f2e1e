/**
 * Text that every store can hold: without NUL, which ends a text in SQLite's JSON and is none of
 * Postgres's characters, and with a lone surrogate, which is no UTF-8, replaced by U+FFFD.
 */
export function cleanText(text: string): string {
  return text.replaceAll('\0', '').toWellFormed()
}
