/** A number as a text writes it. */
export type WrittenNumber = {
  readonly value: number
  /** The marks between groups of digits, and before decimals. */
  readonly group: string | undefined
  readonly decimal: string | undefined
  /** True if one mark stands before exactly three digits: `12.500` is read as grouped, but may be 12.5. */
  readonly doubtful: boolean
}

const SPACES = /[\s\u00A0\u2009\u202F]/
const APOSTROPHES = /['’ʼ`´]/

/**
 * Reads a number with marks between its digits, such as `45.000`, `45 000`, `45'000`, `3.150,00` or `12,00,000`.
 * Returns undefined if the marks make no number.
 */
export function readNumber(text: string): WrittenNumber | undefined {
  const parts = text.split(/\D/)
  const marks = [...text.matchAll(/\D/g)].map(([mark]) => kindOf(mark))
  if (text.length > 24 || parts.some((part) => part === '')) return undefined
  const last = marks.at(-1)
  if (last === undefined) return toNumber(parts, {})
  return isDecimal(parts, marks)
    ? grouped(parts.slice(0, -1), marks.slice(0, -1), { decimals: parts.at(-1), decimal: last })
    : grouped(parts, marks, {})
}

function kindOf(mark: string): string {
  if (SPACES.test(mark)) return ' '
  return APOSTROPHES.test(mark) ? "'" : mark
}

/** Whether the last mark stands before decimals. Three digits after the only mark are a group, except after `0` or more than three digits. */
function isDecimal(parts: readonly string[], marks: readonly string[]): boolean {
  const last = marks.at(-1)
  if (last !== '.' && last !== ',') return false
  if (marks.filter((mark) => mark === last).length > 1) return false
  if (marks.length > 1) return true
  const [whole = '', rest = ''] = parts
  return rest.length !== 3 || whole.length > 3 || whole.startsWith('0')
}

type Decimals = { readonly decimals?: string | undefined; readonly decimal?: string | undefined }

function grouped(
  parts: readonly string[],
  marks: readonly string[],
  fraction: Decimals,
): WrittenNumber | undefined {
  const [group] = marks
  if (marks.some((mark) => mark !== group)) return undefined
  if (group !== undefined && !areThousands(parts) && !(group === ',' && areLakhs(parts))) {
    return undefined
  }
  if ((fraction.decimals?.length ?? 0) > 10) return undefined
  return toNumber(parts, { ...fraction, group })
}

function areThousands([first = '', ...rest]: readonly string[]): boolean {
  return first.length <= 3 && !first.startsWith('0') && rest.every((part) => part.length === 3)
}

/** Indian groups: `12,00,000`. */
function areLakhs([first = '', ...rest]: readonly string[]): boolean {
  const last = rest.at(-1) ?? ''
  return (
    first.length <= 2 && last.length === 3 && rest.slice(0, -1).every((part) => part.length === 2)
  )
}

function toNumber(
  parts: readonly string[],
  { decimals, decimal, group }: Decimals & { readonly group?: string | undefined },
): WrittenNumber | undefined {
  const value = Number(`${parts.join('')}.${decimals ?? '0'}`)
  if (!Number.isFinite(value) || value >= 1e12) return undefined
  const doubtful = decimal === undefined && parts.length === 2 && (group === '.' || group === ',')
  return { value, group, decimal, doubtful }
}
