import Papa from 'papaparse'
import { z } from 'zod'

import { Company, Slug } from '../../src/protocol/company.ts'
import { textOfCell } from '../../src/protocol/csv.ts'
import { Labels } from '../../src/protocol/naming.ts'
import { count } from '../parts/words.ts'
import { CompanyCells } from './company-cells.ts'
import { slugOf } from './found-company.ts'

/** The API looks at so many addresses at once. */
export const CSV_ROWS_MAX = 1_000

/** A company of a CSV. Rows are counted as a spreadsheet counts them: the names of the columns are row 1. */
export type CsvCompany = CompanyCells & {
  readonly row: number
  /** The career page, by which the source is found. Empty: the file has the source. */
  readonly address: string
}

/** A row that cannot be added, and what a person can mend. */
export type WrongRow = { readonly row: number; readonly fault: string }

export type CsvCompanies = {
  readonly rows: readonly CsvCompany[]
  readonly wrong: readonly WrongRow[]
}

/** A CSV may name these columns, and others, which are left out. */
export const CSV_COLUMNS = [...CompanyCells.keyof().options, 'address'] as const

type CsvColumn = (typeof CSV_COLUMNS)[number]

/** Reads companies from a CSV, whose values may have commas, semicolons or tabs between them. */
export function readCompanies(given: string): CsvCompanies {
  const text = given.replace(/^\uFEFF/, '')
  const { data, errors } = Papa.parse<string[]>(text, signsOf(text))
  const [header = [], ...lines] = data
  const places = placesOf(header)
  if (places.address === -1 && places.source === -1)
    return { rows: [], wrong: [{ row: 1, fault: NO_HEADER }] }
  const broken = new Map(errors.flatMap(({ row, type }) => (isBroken(type) ? [[row, type]] : [])))
  const read = lines.flatMap((line, n) => {
    if (line.every((value) => value.trim() === '')) return []
    const isWhole = !broken.has(n + 1) && line.length <= header.length
    return [isWhole ? checked(n + 2, line, places) : { row: n + 2, fault: NOT_WHOLE }]
  })
  return bounded(withoutRepeats(read))
}

const BETWEEN = [',', ';', '\t'] as const
const ROW_ENDS = ['\r\n', '\n', '\r'] as const

/** The signs between values and between rows are those of the first row: names of companies may have any of them. */
function signsOf(text: string) {
  const [header = ''] = text.split(/[\r\n]/, 1)
  const [delimiter] = BETWEEN.toSorted(
    (one, other) => header.split(other).length - header.split(one).length,
  )
  const newline = ROW_ENDS.find((end) => text.startsWith(end, header.length)) ?? '\n'
  return { delimiter: delimiter ?? ',', newline }
}

type ColumnPlaces = Readonly<Record<CsvColumn, number>>

/** The company of a line, or what is wrong with the line. */
function checked(row: number, line: readonly string[], places: ColumnPlaces): CheckedRow {
  const cell = (column: CsvColumn) => textOfCell(line[places[column]]?.trim() ?? '')
  const cells = { slug: cell('slug'), name: cell('name'), labels: cell('labels') }
  const read = z.safeDecode(CompanyCells, { ...cells, source: cell('source') })
  if (!read.success) return { row, fault: unreadWords(read.error.issues[0]) }
  const company = { ...read.data, row, address: cell('address') }
  const fault = faultOf(company)
  return fault === undefined ? company : { row, fault }
}

/** Reads the bytes of a CSV. Excel writes UTF-8 only where it is asked to: else the code page of Windows, or UTF-16. */
export function decodeCsv(bytes: ArrayBuffer): string {
  const [first, second] = new Uint8Array(bytes)
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  const text = new TextDecoder().decode(bytes)
  return text.includes('\ufffd') ? new TextDecoder('windows-1252').decode(bytes) : text
}

const NO_HEADER = `names no column “address” and no column “source”. The first row has the names of the columns: ${CSV_COLUMNS.join(', ')}.`
const NOT_WHOLE =
  'does not fit the columns. Put a value with a comma in it between quotes, and close each quote.'

/** A single column has no sign between its values, which is no fault. */
function isBroken(type: string): boolean {
  return type !== 'Delimiter'
}

function placesOf(header: readonly string[]): ColumnPlaces {
  const names = header.map((name) => name.trim().toLowerCase())
  const place = (...known: readonly string[]) => names.findIndex((name) => known.includes(name))
  return {
    slug: place('slug'),
    name: place('name'),
    labels: place('labels'),
    source: place('source'),
    address: place('address', 'url'),
  }
}

type CheckedRow = CsvCompany | WrongRow

function unreadWords(issue: z.core.$ZodIssue | undefined): string {
  return `has in the column “${String(issue?.path[0])}” what cannot be read: it ${issue?.message}.`
}

/** Says what is wrong with a row, and how to mend the row. Undefined: nothing. */
function faultOf(company: CsvCompany): string | undefined {
  return faultOfPlace(company) ?? faultOfNames(company)
}

function faultOfPlace({ address, source }: CsvCompany): string | undefined {
  if (address === '')
    return source ? undefined : 'has no address. Add the address of the career page.'
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address))
    return `has an address that is none: “${address}”. An address begins with https://.`
  return undefined
}

function faultOfNames({ slug, name, labels }: CsvCompany): string | undefined {
  if (slug !== '' && !Slug.safeParse(slug).success)
    return `has a slug that is not valid: “${slug}”. Write it as “${slugOf(slug)}”.`
  const named = name === '' ? undefined : Company.shape.name.safeParse(name)
  if (named?.success === false) return `has a name that ${named.error.issues[0]?.message}.`
  const labelled = Labels.safeParse(labels)
  if (!labelled.success)
    return `has labels that are not valid: ${labelled.error.issues[0]?.message}.`
  return undefined
}

/** The first row of a slug, or of an address, is the one that counts. */
function withoutRepeats(read: readonly CheckedRow[]): readonly CheckedRow[] {
  const slugs = new Map<string, number>()
  const addresses = new Map<string, number>()
  return read.map((one) => {
    if ('fault' in one) return one
    const { row, slug, address } = one
    const fault =
      repeatWords('slug', slug, slugs.get(slug)) ??
      repeatWords('address', address, addresses.get(address))
    if (fault !== undefined) return { row, fault }
    if (slug !== '') slugs.set(slug, row)
    if (address !== '') addresses.set(address, row)
    return one
  })
}

function repeatWords(what: string, value: string, first: number | undefined): string | undefined {
  return first === undefined
    ? undefined
    : `has the same ${what} as row ${count(first)}: “${value}”. Take one of them out.`
}

function bounded(read: readonly CheckedRow[]): CsvCompanies {
  const wrong = read.flatMap((one) => ('fault' in one ? [one] : []))
  const rows = read.flatMap((one) => ('fault' in one ? [] : [one]))
  const [beyond] = rows.slice(CSV_ROWS_MAX)
  if (beyond === undefined) return { rows, wrong }
  const fault = `and what comes after it is left out: only ${count(CSV_ROWS_MAX)} companies are added at once. Put the rest into another file.`
  return { rows: rows.slice(0, CSV_ROWS_MAX), wrong: [...wrong, { row: beyond.row, fault }] }
}
