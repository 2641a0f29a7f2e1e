/** Formats a table itself, because oxfmt and JavaScript count the width of some letters differently. */
export function tableOf(rows: readonly (readonly string[])[]): string {
  const safe = rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))
  const widths = (safe[0] ?? []).map((_, at) =>
    Math.max(...safe.map((row) => row[at]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`
  const [head = [], ...body] = safe
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n')
}

/** The comments around the part of a document that a script writes. */
export type WrittenPart = { readonly begin: string; readonly end: string }

/** Replaces the part of a document that a script writes. */
export function withPart(document: string, { begin, end }: WrittenPart, text: string): string {
  const [before = '', rest = ''] = document.split(begin)
  const [, after = ''] = rest.split(end)
  return `${before}${begin}\n\n${text}\n\n${end}${after}`
}
