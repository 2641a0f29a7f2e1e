/** Parses JSON. Returns undefined for text that is not JSON; JSON itself never parses to undefined. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether a parsed value is a JSON object, and not an array. */
export function isObject(value: unknown): value is object {
  return Object(value) === value && !Array.isArray(value)
}
