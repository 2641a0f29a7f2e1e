import { format, getFormatDateInfo, getFormatInfo } from 'numfmt'

/** Shows the number or the text of a cell. */
export type ShowValue = (value: number | string) => string

/** The dates of a workbook count days from this one. */
export type Epoch = { readonly from1904: boolean }

/**
 * Makes the function that shows values by a format code of Excel. A format with a date shows 2024-03-31, whatever its
 * order: the order depends on the language of the reader's Excel.
 */
export function showBy(code: string, epoch: Epoch): ShowValue {
  if (code === '' || /^(?:general|@)$/i.test(code)) return general
  const pattern = withoutLanguages(code.slice(0, MAX_CODE))
  const date = datePartsOf(pattern)
  return (value) => {
    if (typeof value === 'string') return written(value, pattern)
    if (date === undefined) return written(value, pattern)
    return dateOf(value, date, epoch) ?? plain(value)
  }
}

/** The longest format code that Excel accepts. */
const MAX_CODE = 255

/** The language of a currency, such as [$€-407], changes no signs of the number in Excel. */
function withoutLanguages(code: string): string {
  return code.replaceAll(/\[\$[^[\]]*\]/g, (part) => {
    const [currency = '', language] = part.slice('[$'.length, -1).split('-')
    if (language === undefined) return part
    return currency === '' ? '' : `[$${currency}]`
  })
}

function general(value: number | string): string {
  return typeof value === 'string' ? value : plain(value)
}

/** Excel keeps 15 digits of a number. */
function plain(value: number): string {
  return String(Number(value.toPrecision(15))).replace(/e([+-])(\d+)$/, (_, sign, digits) => {
    return `E${sign}${String(digits).padStart(2, '0')}`
  })
}

/** Shows a value as Excel does. Excel would not open a file with a wrong code: the value is then shown as it is. */
function written(value: number | string, pattern: string): string {
  try {
    return format(pattern, value, { locale: 'en-US' }).replaceAll(/\s+/g, ' ').trim()
  } catch {
    return general(value)
  }
}

type DateParts = {
  readonly length: number
  readonly clock: number
}

/** The characters of the date and of the clock that a format shows. Undefined for a format without a date. */
function datePartsOf(pattern: string): DateParts | undefined {
  try {
    if (!getFormatInfo(pattern).type.startsWith('date')) return undefined
    const { year, month, day, hours, minutes, seconds } = getFormatDateInfo(pattern)
    const clock = seconds ? 8 : hours || minutes ? 5 : 0
    if (day || !year) return { length: 10, clock }
    return { length: month ? 7 : 4, clock }
  } catch {
    return undefined
  }
}

const DAY_MS = 86_400_000
/** The last day that Excel shows, of the year 9999. */
const LAST_DAY = 2_958_466

function dateOf(value: number, parts: DateParts, { from1904 }: Epoch): string | undefined {
  if (!(value >= 0 && value < LAST_DAY)) return undefined
  // Excel counts a 29th of February 1900, which was none.
  const days = from1904 ? value + 1_462 : value + (value < 60 ? 1 : 0)
  const at = new Date(Math.round(((days - 25_569) * DAY_MS) / 1_000) * 1_000)
  const [date = '', time = ''] = at.toISOString().split('T')
  const shown = date.slice(0, parts.length)
  return parts.clock === 0 ? shown : `${shown} ${time.slice(0, parts.clock)}`
}
