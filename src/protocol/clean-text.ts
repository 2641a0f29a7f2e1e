/**
 * Makes a text that every store can hold. Removes NUL, which ends a text in SQLite's JSON and which
 * Postgres refuses. Replaces each lone surrogate, which UTF-8 cannot encode, by U+FFFD.
 */
export function cleanText(text: string): string {
  return text.replaceAll('\0', '').toWellFormed()
}
