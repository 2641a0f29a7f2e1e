import Papa from 'papaparse'

import { Company, Slug } from '../../src/protocol/company.ts'
import { count } from '../parts/words.ts'
import { slugOf } from './found-company.ts'

/** The API looks at so many addresses at once. */
export const CSV_ROWS_MAX = 1_000

/** A company of a CSV. Rows are counted as a spreadsheet counts them: the names of the columns are row 1. */
export type CsvCompany = {
  readonly row: number
  /** Empty: made from the name. */
  readonly slug: string
  /** Empty: as the career site calls the company. */
  readonly name: string
  readonly address: string
}

/** A row that cannot be added, and what a person can mend. */
export type WrongRow = { readonly row: number; readonly fault: string }

export type CsvCompanies = {
  readonly rows: readonly CsvCompany[]
  readonly wrong: readonly WrongRow[]
}

const COLUMNS = ['slug', 'name', 'address'] as const

/** Reads companies from a CSV, whose values may have commas, semicolons or tabs between them. */
export function readCompanies(text: string): CsvCompanies {
  const { data, errors } = Papa.parse<string[]>(text.replace(/^\uFEFF/, ''))
  const [header = [], ...lines] = data
  const places = placesOf(header)
  if (places.address === -1) return { rows: [], wrong: [{ row: 1, fault: NO_HEADER }] }
  const broken = new Map(errors.flatMap(({ row, type }) => (isBroken(type) ? [[row, type]] : [])))
  const read = lines.flatMap((line, n) => {
    if (line.every((value) => value.trim() === '')) return []
    const value = (place: number) => line[place]?.trim() ?? ''
    const given = {
      row: n + 2,
      slug: value(places.slug),
      name: value(places.name),
      address: value(places.address),
    }
    const isWhole = !broken.has(n + 1) && line.length <= header.length
    return [{ ...given, fault: isWhole ? faultOf(given) : NOT_WHOLE }]
  })
  return bounded(withoutRepeats(read))
}

/** Reads the bytes of a CSV. Excel writes UTF-8 only where it is asked to: else the code page of Windows, or UTF-16. */
export function decodeCsv(bytes: ArrayBuffer): string {
  const [first, second] = new Uint8Array(bytes)
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  const text = new TextDecoder().decode(bytes)
  return text.includes('\ufffd') ? new TextDecoder('windows-1252').decode(bytes) : text
}

const NO_HEADER = `names no column “address”. The first row has the names of the columns: ${COLUMNS.join(', ')}.`
const NOT_WHOLE =
  'does not fit the columns. Put a value with a comma in it between quotes, and close each quote.'

/** A single column has no sign between its values, which is no fault. */
function isBroken(type: string): boolean {
  return type !== 'Delimiter'
}

function placesOf(header: readonly string[]) {
  const names = header.map((name) => name.trim().toLowerCase())
  const place = (...known: readonly string[]) => names.findIndex((name) => known.includes(name))
  return { slug: place('slug'), name: place('name'), address: place('address', 'url') }
}

type CheckedRow = CsvCompany & { readonly fault: string | undefined }

/** Says what is wrong with a row, and how to mend the row. Undefined: nothing. */
function faultOf({ slug, name, address }: CsvCompany): string | undefined {
  if (address === '') return 'has no address. Add the address of the career page.'
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address))
    return `has an address that is none: “${address}”. An address begins with https://.`
  if (slug !== '' && !Slug.safeParse(slug).success)
    return `has a slug that is not valid: “${slug}”. Write it as “${slugOf(slug)}”.`
  const named = name === '' ? undefined : Company.shape.name.safeParse(name)
  if (named?.success === false) return `has a name that ${named.error.issues[0]?.message}.`
  return undefined
}

/** The first row of a slug, or of an address, is the one that counts. */
function withoutRepeats(read: readonly CheckedRow[]): readonly CheckedRow[] {
  const slugs = new Map<string, number>()
  const addresses = new Map<string, number>()
  return read.map((one) => {
    if (one.fault !== undefined) return one
    const { row, slug, address } = one
    const fault =
      repeatWords('slug', slug, slugs.get(slug)) ??
      repeatWords('address', address, addresses.get(address))
    if (fault !== undefined) return { ...one, fault }
    if (slug !== '') slugs.set(slug, row)
    addresses.set(address, row)
    return one
  })
}

function repeatWords(what: string, value: string, first: number | undefined): string | undefined {
  return first === undefined
    ? undefined
    : `has the same ${what} as row ${count(first)}: “${value}”. Take one of them out.`
}

function bounded(read: readonly CheckedRow[]): CsvCompanies {
  const wrong = read.flatMap(({ row, fault }) => (fault === undefined ? [] : [{ row, fault }]))
  const rows = read.flatMap(({ fault, ...row }) => (fault === undefined ? [row] : []))
  const [beyond] = rows.slice(CSV_ROWS_MAX)
  if (beyond === undefined) return { rows, wrong }
  const fault = `and what comes after it is left out: only ${count(CSV_ROWS_MAX)} companies are added at once. Put the rest into another file.`
  return { rows: rows.slice(0, CSV_ROWS_MAX), wrong: [...wrong, { row: beyond.row, fault }] }
}
