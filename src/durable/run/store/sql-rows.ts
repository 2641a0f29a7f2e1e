/** SQLite binds texts of at most 2 MB here, and a UTF-16 unit takes 3 bytes of UTF-8 at most. */
const TEXT_UNITS = 600_000

/** Rows as `json_each` reads them, in order, in as few texts as can be bound: for none, no text. */
export function* rowTexts(rows: Iterable<unknown>): Iterable<string> {
  let held: string[] = []
  let units = 0
  for (const row of rows) {
    const text = JSON.stringify(row)
    if (held.length > 0 && units + text.length > TEXT_UNITS) {
      yield `[${held.join(',')}]`
      held = []
      units = 0
    }
    held.push(text)
    units += text.length + 1
  }
  if (held.length > 0) yield `[${held.join(',')}]`
}
