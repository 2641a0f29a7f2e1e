/** Shows the number of a cell. */
export type ShowNumber = (value: number) => string

/** The dates of a workbook count days from this one. */
export type Epoch = { readonly from1904: boolean }

/** Makes the function that shows numbers by a format code of Excel. Dates are shown as 2024-03-31, whatever the format. */
export function showBy(code: string, epoch: Epoch): ShowNumber {
  const sections = sectionsOf(code.slice(0, MAX_CODE))
  return (value) => {
    const section = sections[sectionFor(value, sections.length)] ?? ''
    const bare = withoutWords(section)
    if (code === '' || /general|@/i.test(bare)) return wordsOf(section, plain(value))
    if (isDate(bare)) return dateOf(value, bare, epoch) ?? plain(value)
    // A format of two sections shows a negative number without its sign.
    const shown = sections.length > 1 ? Math.abs(value) : value
    return numberOf(shown, section, bare)
  }
}

/** The longest format code that Excel accepts. */
const MAX_CODE = 255

/** Divides a code at its semicolons. The sections are for positive numbers, negative numbers, zero and text. */
function sectionsOf(code: string): string[] {
  const sections = ['']
  for (const [piece] of code.matchAll(PIECES)) {
    if (piece === ';') sections.push('')
    else sections[sections.length - 1] += piece
  }
  return sections
}

/** A quoted word, an escaped character, a bracket, or one character. */
const PIECES = /"[^"]*"?|\\.?|[_*].?|\[[^\]]*\]?|[^]/g

function sectionFor(value: number, count: number): number {
  if (value < 0 && count > 1) return 1
  return value === 0 && count > 2 ? 2 : 0
}

/** A code without its words, its colours, and the characters that only leave room. Keeps hours that run on: [h]. */
function withoutWords(section: string): string {
  return section.replaceAll(PIECES, (piece) => {
    if (/^\[(?:h+|m+|s+)\]$/i.test(piece)) return piece
    return /^["\\_*[]/.test(piece) ? '' : piece
  })
}

function isDate(bare: string): boolean {
  return /[ymdhs]/i.test(bare) && !/[0#?].*[0#?]/.test(bare.replaceAll(/\.0+/g, ''))
}

const DAY_MS = 86_400_000
/** The last day that Excel shows, of the year 9999. */
const LAST_DAY = 2_958_466

function dateOf(value: number, bare: string, { from1904 }: Epoch): string | undefined {
  if (value < 0 || value >= LAST_DAY) return undefined
  if (/\[/.test(bare)) return elapsed(value)
  // Excel counts a 29th of February 1900, which was none.
  const days = from1904 ? value + 1_462 : value + (value < 60 ? 1 : 0)
  const at = new Date(Math.round(((days - 25_569) * DAY_MS) / 1_000) * 1_000)
  const [date = '', time = ''] = at.toISOString().split('T')
  const length = dateLength(bare)
  const clock = time.slice(0, /s/i.test(bare) ? 8 : 5)
  if (!/[hs]/i.test(bare)) return date.slice(0, length)
  return length === 0 ? clock : `${date} ${clock}`
}

/** The characters of the date that a format shows: 2024, 2024-03 or 2024-03-31. An `m` beside hours means minutes. */
function dateLength(bare: string): number {
  const [year, day] = [/y/i.test(bare), /d/i.test(bare)]
  if (day) return 10
  if (year) return /m/i.test(bare) ? 7 : 4
  return /[hs]/i.test(bare) ? 0 : 10
}

/** Shows a time that runs beyond a day: 30:15. */
function elapsed(value: number): string {
  const minutes = Math.round(value * 1_440)
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`
}

/** Excel keeps 15 digits of a number. */
function plain(value: number): string {
  return String(Number(value.toPrecision(15)))
}

function numberOf(value: number, section: string, bare: string): string {
  // A section of words alone shows no number; an empty one shows nothing.
  if (!/[0#?]/.test(bare)) return wordsOf(section, '')
  if (/[eE][+-]/.test(bare)) return scientific(value, bare)
  if (bare.includes('/')) return fraction(value, bare)
  const groups = groupsOf(section)
  if (groups.length > 1) return inGroups(value, section, groups)
  const scaled = bare.includes('%') ? value * 100 : value
  return wordsOf(section, digitsOf(scaled, bare))
}

function scientific(value: number, bare: string): string {
  const [mantissa = '', power = ''] = bare.split(/[eE][+-]/)
  const decimals = /\.([0#?]*)/.exec(mantissa)?.[1]?.length ?? 0
  const [digits = '', exponent = ''] = value.toExponential(Math.min(decimals, 20)).split('e')
  const sign = exponent.startsWith('-') ? '-' : '+'
  return `${digits}E${sign}${exponent.slice(1).padStart(power.replaceAll(/[^0]/g, '').length, '0')}`
}

/** Shows 1.25 as `1 1/4`. The format gives the denominator, or the most digits that it has. */
function fraction(value: number, bare: string): string {
  const below = /\/\s*([0-9#?]+)/.exec(bare)?.[1] ?? '?'
  const fixed = Number(below)
  const most = 10 ** Math.min(below.length, 3) - 1
  const whole = Math.trunc(Math.abs(value))
  const rest = Math.abs(value) - whole
  const denominator = fixed > 0 ? fixed : bestDenominator(rest, most)
  const numerator = Math.round(rest * denominator)
  const sign = value < 0 ? '-' : ''
  if (numerator === 0) return `${sign}${whole}`
  if (numerator === denominator) return `${sign}${whole + 1}`
  return `${sign}${whole === 0 ? '' : `${whole} `}${numerator}/${denominator}`
}

function bestDenominator(rest: number, most: number): number {
  let best = { denominator: 1, error: Math.abs(rest - Math.round(rest)) }
  for (let denominator = 2; denominator <= most; denominator++) {
    const error = Math.abs(rest - Math.round(rest * denominator) / denominator)
    if (error < best.error - 1e-12) best = { denominator, error }
  }
  return best.denominator
}

/** The numbers of digits that stand together in a format with signs between them, such as `000-00-0000`. */
function groupsOf(section: string): number[] {
  if (/[.,%]/.test(withoutWords(section))) return []
  const groups: number[] = []
  let inGroup = false
  for (const [piece] of section.matchAll(PIECES)) {
    const isDigit = /^[0#?]$/.test(piece)
    if (isDigit && inGroup) groups[groups.length - 1] = (groups.at(-1) ?? 0) + 1
    else if (isDigit) groups.push(1)
    inGroup = isDigit
  }
  return groups
}

/** Divides the digits of a number among the groups, from the last one. */
function inGroups(value: number, section: string, groups: readonly number[]): string {
  const places = groups.reduce((sum, size) => sum + size, 0)
  const digits = Math.round(Math.abs(value)).toFixed(0).padStart(places, '0')
  let rest = digits.length - places
  let at = 0
  let shown = value < 0 ? '-' : ''
  for (const [piece] of section.matchAll(PIECES)) {
    if (!/^[0#?]$/.test(piece)) shown += written(piece)
    else {
      shown += digits.slice(at, at + 1 + rest)
      at += 1 + rest
      rest = 0
    }
  }
  return shown.trim()
}

function digitsOf(value: number, bare: string): string {
  const decimals = /\.([0#?]*)/.exec(bare)?.[1] ?? ''
  const least = decimals.replaceAll(/[^0]/g, '').length
  // Commas after the last digit divide by a thousand each.
  const thousands = /[0#?](,+)(?:[^0#?,]|$)/.exec(bare)?.[1]?.length ?? 0
  return (value / 1_000 ** thousands).toLocaleString('en-US', {
    minimumFractionDigits: Math.min(least, 20),
    maximumFractionDigits: Math.min(decimals.length, 20),
    minimumIntegerDigits: integerDigits(bare),
    useGrouping: /[0#?],+[0#?]/.test(bare),
  })
}

/** Counts the zeros before the point: a number of the format 00000 has at least five digits. */
function integerDigits(bare: string): number {
  const whole = bare.split('.', 1)[0] ?? ''
  return Math.min(Math.max(whole.replaceAll(/[^0]/g, '').length, 1), 21)
}

/** Puts the digits among the words, signs and currencies of their section. */
function wordsOf(section: string, digits: string): string {
  let put = false
  let shown = ''
  for (const [piece] of section.matchAll(PIECES)) {
    if (/^[0#?.,@]$|^[a-z]$/i.test(piece)) {
      if (!put) shown += digits
      put = true
    } else shown += written(piece)
  }
  return (put ? shown : shown + digits).trim()
}

function written(piece: string): string {
  if (piece.startsWith('"')) return piece.replaceAll('"', '')
  if (piece.startsWith('\\')) return piece.slice(1)
  if (/^[_*]/.test(piece)) return ''
  if (!piece.startsWith('[')) return piece
  return /^\[\$([^-\]]*)/.exec(piece)?.[1] ?? ''
}
