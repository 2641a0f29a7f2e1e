/** Parses JSON. Returns undefined for text that is not JSON; JSON itself never parses to undefined. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
