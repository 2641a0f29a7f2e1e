/** Reads the time that a `Retry-After` header names, in seconds or as a date. Returns null if it names none. */
export function retryAt(header: string | null, now: number): number | null {
  const text = header?.trim() ?? ''
  const at = /^\d+$/.test(text) ? now + Number(text) * 1000 : readDate(text)
  return Number.isSafeInteger(at) ? at : null
}

/** Reads a date in one of the three forms of RFC 9110, 5.6.7. The asctime form names no zone and means GMT. */
function readDate(text: string): number {
  if (!/^[a-z]{3,9},? .*\d\d:\d\d:\d\d/i.test(text)) return Number.NaN
  return Date.parse(text.endsWith('GMT') ? text : `${text} GMT`)
}
