/** The query of an address. Each page's own schema says what its values mean. */
export type SearchText = Readonly<Record<string, string | undefined>>

/** Reads a query. The last value counts where a key stands twice. */
export function readSearch(text: string): SearchText {
  return Object.fromEntries(new URLSearchParams(text))
}

/** Writes a query. Leaves empty values out. */
export function writeSearch(values: Readonly<Record<string, unknown>>): string {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(values))
    if (typeof value === 'string' && value !== '') query.set(key, value)
  const written = query.toString()
  return written === '' ? '' : `?${written}`
}

/** The query as it came from `readSearch`. */
export function asText(search: Readonly<Record<string, unknown>>): SearchText {
  return Object.fromEntries(
    Object.entries(search).flatMap(([key, value]) =>
      typeof value === 'string' ? [[key, value] as const] : [],
    ),
  )
}
