/** Writes a list's number in one of Word's formats. */
export function formatNumber(value: number, format: string): string {
  switch (format) {
    case 'lowerLetter':
      return letters(value)
    case 'upperLetter':
      return letters(value).toUpperCase()
    case 'lowerRoman':
      return roman(value)
    case 'upperRoman':
      return roman(value).toUpperCase()
    case 'decimalZero':
      return String(value).padStart(2, '0')
    case 'none':
      return ''
    default:
      return String(value)
  }
}

/** Word counts a … z, aa … zz, aaa … */
function letters(value: number): string {
  if (value < 1) return String(value)
  const char = String.fromCharCode(97 + ((value - 1) % 26))
  return char.repeat(Math.min(Math.ceil(value / 26), 30))
}

const ROMAN = [
  ['m', 1_000],
  ['cm', 900],
  ['d', 500],
  ['cd', 400],
  ['c', 100],
  ['xc', 90],
  ['l', 50],
  ['xl', 40],
  ['x', 10],
  ['ix', 9],
  ['v', 5],
  ['iv', 4],
  ['i', 1],
] as const

function roman(value: number): string {
  if (value < 1 || value > 3_999) return String(value)
  let left = value
  let text = ''
  for (const [numeral, worth] of ROMAN) for (; left >= worth; left -= worth) text += numeral
  return text
}
