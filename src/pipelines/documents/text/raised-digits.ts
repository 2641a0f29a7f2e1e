const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** A digit, which may be raised: programs divide a raised number into several pieces. */
const DIGIT = /[\d⁰¹²³⁴⁵⁶⁷⁸⁹]$/

/**
 * Writes raised digits as such where they follow a digit: "Art. 12²" is not "Art. 122". Undefined for any other text, and
 * after any other character.
 */
export function raisedDigits(text: string, before: string): string | undefined {
  return DIGIT.test(before) ? inRaisedDigits(text) : undefined
}

/** Writes a short number in raised digits. Undefined for any other text. */
export function inRaisedDigits(text: string): string | undefined {
  const digits = text.trim()
  if (!/^[-−]?\d{1,3}$/.test(digits)) return undefined
  return digits.replaceAll(/[-−]/g, '⁻').replaceAll(/\d/g, (digit) => RAISED.charAt(Number(digit)))
}
