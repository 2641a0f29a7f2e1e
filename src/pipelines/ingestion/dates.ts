/** What a date without a time stands for: the first or the last second of its day. */
type Edge = 'start' | 'end'

type Day = { readonly year: number; readonly month: number; readonly day: number }

const MAX_TEXT = 80
const DAY_MS = 86_400_000

/**
 * Reads a date or time in any common form as ISO 8601 in UTC. A date alone stands for its day's first second, or its
 * last one for a deadline. A time without a zone is in UTC. Returns null for other text, for `05/06/2026`, which is two
 * days, and for years that Postgres cannot read (outside 1 to 9999).
 */
export function toInstant(text: string | null, edge: Edge = 'start'): string | null {
  const plain = (text ?? '').trim().replaceAll(/\s+/g, ' ')
  if (plain === '' || plain.length > MAX_TEXT) return null
  const ms = fromEpoch(plain) ?? fromWords(plain.replace(ZONE_NAME, ''), edge)
  if (ms === undefined || Number.isNaN(new Date(ms).getTime())) return null
  const iso = new Date(ms).toISOString()
  return /^(?!0000)\d{4}-/.test(iso) ? iso : null
}

/** The name of a zone behind its offset, as Java writes it: `+01:00[Europe/Berlin]`. */
const ZONE_NAME = /(?<=Z|[+-]\d{2}:?\d{2})\[[\w/+-]{1,40}\]$/

/** Seconds or milliseconds since 1970, also as .NET writes them. */
function fromEpoch(written: string): number | undefined {
  const text = /^\/Date\((\d+)(?:[+-]\d{4})?\)\/$/.exec(written)?.[1] ?? written
  if (/^\d{13}$/.test(text)) return Number(text)
  return /^1\d{9}$/.test(text) ? Number(text) * 1_000 : undefined
}

function fromWords(text: string, edge: Edge): number | undefined {
  const found = TIME.exec(text)?.[0]
  if (found === undefined) {
    const start = startOf(dayOf(text))
    return start !== undefined && edge === 'end' ? start + DAY_MS - 1_000 : start
  }
  const rest = text.slice(text.indexOf(found) + found.length)
  const [clock, offset] = [clockOf(found), offsetOf(rest)]
  const start = startOf(dayOf(dateBeside(text, found)))
  if (start === undefined || clock === undefined || offset === undefined) return undefined
  return start + clock - offset * 60_000
}

/** The first moment of a day. Undefined for a day that no month has, such as February 30. */
function startOf(day: Day | undefined): number | undefined {
  if (!day) return undefined
  const date = new Date(Date.UTC(day.year, day.month - 1, day.day))
  const isSame =
    date.getUTCFullYear() === day.year &&
    date.getUTCMonth() === day.month - 1 &&
    date.getUTCDate() === day.day
  return isSame ? date.getTime() : undefined
}

const TIME =
  /(?:T|\b)\d{1,2}:\d{2}(?::\d{2}(?:[.,:]\d{1,9})?)?(?: ?[ap]\.?m\b\.?)?|T\d{4}(?:\d{2})?(?=Z|[+-]|$)/i
const ZONE = /^ ?(?:\(?(Z|[A-Z]{2,5})\)?)?([+-]\d{1,2}(?::?\d{2})?)?(?![\d:])/i

/** Reads a time as milliseconds of its day. Undefined for a time that no day has. */
function clockOf(found: string): number | undefined {
  const [hours, minutes, seconds, fraction] = numbersOf(found)
  const half = /([ap])\.?m/i.exec(found)?.[1]?.toLowerCase()
  if (hours > (half ? 12 : 24) || minutes > 59 || seconds > 60) return undefined
  const hour = half ? (hours % 12) + (half === 'p' ? 12 : 0) : hours
  return ((hour * 60 + minutes) * 60 + seconds) * 1_000 + Math.floor(fraction * 1_000)
}

function numbersOf(time: string): [number, number, number, number] {
  const compact = /^T(\d{2})(\d{2})(\d{2})?$/i.exec(time)?.slice(1)
  const [hours = '', minutes = '', seconds = '', fraction = '0'] =
    compact ?? time.match(/\d+/g) ?? []
  return [Number(hours), Number(minutes), Number(seconds), Number(`0.${fraction}`)]
}

const ZONES: Readonly<Record<string, number>> = {
  Z: 0,
  UTC: 0,
  GMT: 0,
  WET: 0,
  BST: 60,
  CET: 60,
  MEZ: 60,
  CEST: 120,
  MESZ: 120,
  EET: 120,
  EEST: 180,
  MSK: 180,
  JST: 540,
  KST: 540,
  AEST: 600,
  AEDT: 660,
  EST: -300,
  EDT: -240,
  CDT: -300,
  MST: -420,
  MDT: -360,
  PST: -480,
  PDT: -420,
  // These stand behind a time and are no zones.
  UHR: 0,
  H: 0,
}

/** Reads the zone behind a time. Undefined for a zone of several countries, such as IST. */
function offsetOf(rest: string): number | undefined {
  const [, name = '', distance = ''] = ZONE.exec(rest) ?? []
  if (distance !== '') return minutesOf(distance)
  if (name === '') return 0
  return ZONES[name.toUpperCase()] ?? (monthOf(name) || name !== name.toUpperCase() ? 0 : undefined)
}

/** Reads `+02:00`, `+0200` and `+2`. */
function minutesOf(distance: string): number {
  const digits = distance.slice(1).replace(':', '')
  const hours = digits.length > 2 ? digits.slice(0, -2) : digits
  const minutes = digits.length > 2 ? digits.slice(-2) : '0'
  return (Number(hours) * 60 + Number(minutes)) * (distance.startsWith('-') ? -1 : 1)
}

/** The text without its time and the zone behind it. */
function dateBeside(text: string, time: string): string {
  const at = text.indexOf(time)
  const rest = text.slice(at + time.length)
  const zone = ZONE.exec(rest)?.[0] ?? ''
  return `${text.slice(0, at)} ${monthOf(zone.trim()) ? rest : rest.slice(zone.length)}`.trim()
}

function dayOf(text: string): Day | undefined {
  const bare = text
    .replaceAll(/[年月년월]/g, '-')
    .replaceAll(/[日일]/g, '')
    .replace(/,? ?$/, '')
  return yearFirst(bare) ?? yearLast(bare) ?? named(text)
}

/** `2026-12-31`, `20261231`, `2026/12/31`, `2026. 12. 31.` */
function yearFirst(text: string): Day | undefined {
  const found =
    /^(\d{4})(\d{2})(\d{2})$/.exec(text) ??
    /^(\d{4}) ?[-/.] ?(\d{1,2}) ?[-/.] ?(\d{1,2})\.?$/.exec(text)
  if (!found) return undefined
  const [year = 0, month = 0, day = 0] = found.slice(1).map(Number)
  return { year, month, day }
}

/** `31.12.2026`, and `12/31/2026` where only one of the numbers can be a month. A year of two digits stands behind dots. */
function yearLast(text: string): Day | undefined {
  const found =
    /^(\d{1,2}) ?([./-]) ?(\d{1,2}) ?[./-] ?(\d{4})\.?$/.exec(text) ??
    /^(\d{1,2}) ?(\.) ?(\d{1,2}) ?\. ?(\d{2})$/.exec(text)
  if (!found) return undefined
  const [first = 0, second = 0, written = 0] = [found[1], found[3], found[4]].map(Number)
  const year = written < 100 ? written + 2_000 : written
  if (second > 12) return { year, month: first, day: second }
  const dayFirst = found[2] === '.' || first > 12 || first === second
  return dayFirst ? { year, month: second, day: first } : undefined
}

/** `December 31, 2026`, `31. Dezember 2026`, `31 de diciembre de 2026`: a month's name, one day and one year. */
function named(text: string): Day | undefined {
  const words = text.match(/\p{L}+/gu) ?? []
  const months = new Set(words.map(monthOf).filter((month) => month !== undefined))
  const numbers = text.match(/\d+/g) ?? []
  const years = numbers.filter((number) => number.length === 4)
  const days = numbers.filter((number) => number.length <= 2)
  const [month] = months
  if (month === undefined || months.size > 1) return undefined
  if (numbers.length !== 2 || years.length !== 1 || days.length !== 1) return undefined
  return { year: Number(years[0]), month, day: Number(days[0]) }
}

/** The names of each month in large languages, in lower case and without accents, and their short forms. */
const MONTHS = [
  `jan january januar janvier janv enero ene janeiro gennaio gen januari jaen janner styczen stycznia sty leden ledna
   tammikuu tammikuuta ocak ianuarie января январь янв січня januar`,
  `feb february februar fevrier fevr fev febrero fevereiro febbraio februari luty lutego lut unor unora helmikuu
   helmikuuta subat februarie февраля февраль фев лютого`,
  `mar march marz maerz mars marzo marco maart mrt mart marts marzec marca brezen brezna maaliskuu maaliskuuta martie
   марта март березня`,
  `apr april avril avr abril abr aprile kwiecien kwietnia kwi duben dubna huhtikuu huhtikuuta nisan aprilie апреля
   апрель апр квітня`,
  `may mai mayo maio maggio mag mei maj maja kveten kvetna toukokuu toukokuuta mayis мая маи травня`,
  `jun june juni juin junio junho giugno giu czerwiec czerwca cze cerven cervna kesakuu kesakuuta haziran iunie июня июнь
   червня`,
  `jul july juli juillet juil julio julho luglio lug lipiec lipca lip cervenec cervence heinakuu heinakuuta temmuz iulie
   июля июль липня`,
  `aug august aout agosto ago augustus augusti sierpien sierpnia sie srpen srpna elokuu elokuuta agustos августа август авг
   серпня`,
  `sep sept september septembre septiembre setembro set settembre septemberi wrzesien wrzesnia wrz zari syyskuu
   syyskuuta eylul septembrie сентября сентябрь сен вересня`,
  `oct october okt oktober octobre octubre outubro out ottobre ott pazdziernik pazdziernika paz rijen rijna lokakuu
   lokakuuta ekim octombrie октября октябрь окт жовтня`,
  `nov november novembre noviembre novembro listopad listopada listopadu lis marraskuu marraskuuta kasim noiembrie
   ноября ноябрь ноя листопада`,
  `dec december dez dezember decembre diciembre dic dezembro dicembre grudzien grudnia gru prosinec prosince joulukuu
   joulukuuta aralik decembrie декабря декабрь дек грудня`,
]

const MONTH_BY_NAME: ReadonlyMap<string, number> = new Map(
  MONTHS.flatMap((names, at) => names.split(/\s+/).map((name) => [fold(name), at + 1] as const)),
)

function monthOf(word: string): number | undefined {
  return MONTH_BY_NAME.get(fold(word))
}

function fold(word: string): string {
  return word
    .normalize('NFD')
    .replaceAll(/\p{Mn}/gu, '')
    .toLowerCase()
    .replaceAll('ı', 'i')
}
