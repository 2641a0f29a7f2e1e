/** The primary languages (MS-LCID, the lower ten bits) whose code page of Windows is not the western one. */
const CODE_PAGES: readonly (readonly [page: number, languages: readonly number[]])[] = [
  [932, [0x11]],
  [949, [0x12]],
  [936, [0x04]],
  [874, [0x1e]],
  [1_250, [0x05, 0x0e, 0x15, 0x18, 0x1a, 0x1b, 0x1c, 0x24]],
  [1_251, [0x02, 0x19, 0x22, 0x23, 0x2f, 0x3f]],
  [1_253, [0x08]],
  [1_254, [0x1f, 0x2c]],
  [1_255, [0x0d]],
  [1_256, [0x01, 0x20, 0x29]],
  [1_257, [0x25, 0x26, 0x27]],
  [1_258, [0x2a]],
]

/** Chinese as it is written in Taiwan, Hong Kong and Macao. */
const TRADITIONAL_CHINESE = new Set([0x04_04, 0x0c_04, 0x14_04])

/** The code page that Windows has in the language of a message: Outlook itself does not name the page. */
export function codePageOfLocale(locale: number): number {
  if (TRADITIONAL_CHINESE.has(locale)) return 950
  return CODE_PAGES.find(([, languages]) => languages.includes(locale & 0x3_ff))?.[0] ?? 1_252
}
