/** Reads the level from the name of one of Word's own styles, such as "heading 2" or "Title". Word never translates them. */
export function headingNamed(name = ''): number | undefined {
  if (/^title$/i.test(name)) return 1
  const digit = /^heading ?([1-9])$/i.exec(name)?.[1]
  return digit === undefined ? undefined : Math.min(Number(digit), 6)
}

/** Turns an outline level, which counts from 0, into a heading's level. Level 9 means body text. */
export function headingLevel(outline: number): number | undefined {
  return outline >= 0 && outline < 9 ? Math.min(outline + 1, 6) : undefined
}
