/** Aligns lines of equally many texts: the first column to the left, the others to the right. */
export function columns(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  )
  const pad = (text: string, column: number) =>
    column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0)
  return lines.map((line) => line.map(pad).join('   ')).join('\n')
}

export function decimal(value: number, digits = 0): string {
  const exactly = { minimumFractionDigits: digits, maximumFractionDigits: digits }
  return value.toLocaleString('en', exactly)
}
