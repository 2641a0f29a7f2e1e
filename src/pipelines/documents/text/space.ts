/** Whether a UTF-16 unit is white space by the rules of `trim`. */
export function isSpace(code: number): boolean {
  if (code < 128) return code === 32 || (code >= 9 && code <= 13)
  return code === 0xa0 || (code >= 0x1680 && /\s/.test(String.fromCharCode(code)))
}

/** Returns the first position from `at` on that is no white space, or `end`. */
export function skipSpace(text: string, at: number, end: number): number {
  let place = at
  while (place < end && isSpace(text.charCodeAt(place))) place++
  return place
}

/** Returns the end of the text before `at` without trailing white space, or `start`. */
export function trimSpace(text: string, at: number, start: number): number {
  let place = at
  while (place > start && isSpace(text.charCodeAt(place - 1))) place--
  return place
}
