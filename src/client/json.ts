/** Undefined, which no JSON text is, where the text is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function isObject(value: unknown): value is object {
  return Object(value) === value && !Array.isArray(value)
}
