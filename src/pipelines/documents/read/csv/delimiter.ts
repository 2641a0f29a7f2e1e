/** The signs that may stand between two values. Of two that fit as well, the first is taken. */
const DELIMITERS = ['\t', ';', '|', ',']

/** The first records and characters of a table that show its sign. */
const RECORDS = 20
const CHARS = 20_000

/** Finds the sign between values: nearly all records have the same number of it. The library counts quoted ones too. */
export function delimiterOf(table: string): string {
  const records = recordsIn(table.slice(0, CHARS))
  const scored = DELIMITERS.map((sign) => ({ sign, score: scoreOf(sign, records) }))
  return scored.reduce((best, one) => (one.score > best.score ? one : best)).sign
}

/** Removes the quoted values of the first records. */
function recordsIn(text: string): string[] {
  return text
    .replaceAll(/"[^"]*"?/g, '')
    .split(/\r\n?|\n/)
    .filter((record) => record.trim() !== '')
    .slice(0, RECORDS)
}

/** Counts the records that have the sign as often as most records do. */
function scoreOf(sign: string, records: readonly string[]): number {
  const counts = new Map<number, number>()
  for (const record of records) {
    const count = record.split(sign).length - 1
    if (count > 0) counts.set(count, (counts.get(count) ?? 0) + 1)
  }
  return Math.max(0, ...counts.values())
}
