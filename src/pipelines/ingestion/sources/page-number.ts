import type { Link } from './links.ts'
import { segmentsOf } from './posting-address.ts'

/** A further page of a listing. Two addresses with the same key lead to the same page. */
export type NumberedPage = {
  readonly key: string
  readonly number: number
  /** True if the link shows that pages are counted from zero: page 1 is then the second one. */
  readonly fromZero: boolean
}

/**
 * Reads the number of a listing's page, or its offset, from a link. A parameter of any name counts if the link's
 * text is a number or a word for the next page. Returns undefined for a link to something else.
 */
export function numberedPageOf({ url, text }: Link, listing: URL): NumberedPage | undefined {
  const rest = below(url, listing)
  if (!rest) return undefined
  const labelled = isPageLabel(text)
  const found = rest.length === 0 ? inQuery(url, listing, labelled) : inPath(rest, labelled)
  if (!found) return undefined
  const [name, number] = found
  const shown = Number(/\d{1,6}/.exec(text)?.[0] ?? Number.NaN)
  const fromZero = number === 0 || (number === 1 && (shown === 2 || isNextLabel(text)))
  return { key: `${name.toLowerCase()}:${number}`, number, fromZero }
}

/** Returns the segments of an address after the listing's own segments. Undefined if it does not begin with them. */
function below(url: URL, listing: URL): string[] | undefined {
  const own = segmentsOf(listing.pathname)
  const segments = segmentsOf(url.pathname)
  return own.every((segment, at) => segments[at] === segment)
    ? segments.slice(own.length)
    : undefined
}

type Numbered = readonly [name: string, number: number] | undefined

function inQuery(url: URL, listing: URL, labelled: boolean): Numbered {
  const numbers = [...url.searchParams].flatMap(([name, value]): [string, number][] => {
    const number = toNumber(value)
    return number === undefined ? [] : [[name, number]]
  })
  const named = numbers.find(([name]) => namesPages(name))
  if (named || !labelled) return named
  return numbers.find(([name, number]) => listing.searchParams.get(name) !== String(number))
}

const PAGE_NAME =
  /page|pagin|offset|start|skip|startrow|^(?:p|pg|pn|pr|from|first|begin|row|index|seite|pagina|página|strona|stranka|sida|side|sayfa|oldal|halaman|trang|стр|страница)$/i
const OTHER_NAME = /size|per_?page|perpage|limit|count|length|id$|date|type|name/i

function namesPages(name: string): boolean {
  return PAGE_NAME.test(name) && !OTHER_NAME.test(name)
}

/** Reads `/page/2`, `/page-2`, `/p2`, and `/2` if the link's text says that this is a page. */
function inPath([first = '', second, ...more]: readonly string[], labelled: boolean): Numbered {
  if (more.length > 0) return undefined
  if (second !== undefined) {
    const number = toNumber(second)
    return number !== undefined && namesPages(first) ? ['path', number] : undefined
  }
  const joined = /^(?:page|seite|pagina|pag|strona|p)[-_]?(\d{1,6})$/i.exec(first)?.[1]
  const number = toNumber(joined ?? (labelled ? first : undefined))
  return number === undefined ? undefined : ['path', number]
}

function toNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined
}

/** Whether a text is a page's number or a word for the next page. */
function isPageLabel(text: string): boolean {
  return isPageNumber(text) || isNextLabel(text)
}

export function isPageNumber(text: string): boolean {
  return /^(?:page |seite |página |pagina |strona |side |sida |\[|\()?\d{1,5}(?:\]|\)|\.)?$/i.test(
    text,
  )
}

const NEXT = new Set(
  `next|next page|older|weiter|nächste|nächste seite|vor|suivant|suivante|page suivante|siguiente|próxima
  |próximo|seguinte|successiva|successivo|avanti|volgende|nästa|næste|neste|seuraava|następna|dalej|další
  |следующая|вперед|далее|sonraki|次|次へ|次のページ|下一页|下一頁|다음|more|>|>>|›|»|→`
    .split('|')
    .map((word) => word.trim()),
)
/** Words beside `more` that open further postings. `Read more` and `learn more` open a text. */
const OPENING = new Set(
  `load show view see display laden anzeigen zeigen voir afficher charger ver cargar carregar mostrar mostra
  carica laad toon visa vis pokaż zobrazit показать jobs positions openings vacancies results stellen ergebnisse
  offres empleos ofertas vagas vacatures`.split(/\s+/),
)
const MORE_WORD =
  /\b(?:more|older|next|plus|mehr|weitere|meer|fler|flere|altr[oi])\b|más|mais|więcej|další|ещ[её]/iu

/** Whether a text leads to the next page, or to more of a listing. */
export function isNextLabel(text: string): boolean {
  const label = text.toLowerCase().replaceAll(/[.…]/g, '').trim()
  const bare = label.replace(/ ?[>›»→]$/, '')
  return NEXT.has(label) || NEXT.has(bare) || isMore(label)
}

function isMore(label: string): boolean {
  const words = label.split(/[\s’']/)
  return words.length <= 5 && MORE_WORD.test(label) && words.some((word) => OPENING.has(word))
}

/** Whether a button's text opens further postings. An arrow alone may turn pictures. */
export function opensMore(text: string): boolean {
  if (isPageNumber(text)) return Number(/\d+/.exec(text)?.[0]) === 2
  return isNextLabel(text) && /\p{L}{3}/u.test(text) && !/^(?:more|vor)$/i.test(text)
}

/** The number of postings that a listing claims, as in `1 – 25 of 233` or `25 of 233 jobs`. Zero if it claims none. */
export function claimedTotal(text: string): number {
  const ranges = [...text.matchAll(RANGE_CLAIM)].map((claim) => claim.slice(1).map(toCount))
  const counts = [...text.matchAll(COUNT_CLAIM)].map((claim) => [1, ...claim.slice(1).map(toCount)])
  const totals = [...ranges, ...counts].map(([from = 0, to = 0, total = 0]) =>
    from <= to && to <= total && from > 0 ? total : 0,
  )
  return totals.reduce((most, total) => Math.max(most, total), 0)
}

const RANGE_CLAIM =
  /(?<![\d.,])(\d{1,6}) ?(?:[-–—]|to|bis|à|a) ?(\d{1,6}) (?:of|von|de|sur|di|van|av|af|z|из|out of|\/) (?:about |over )?(\d{1,3}(?:[.,]\d{3})|\d{1,6})(?![\d.,]\d)/gi
const COUNT_CLAIM =
  /(?<![\d.,])(\d{1,6}) (?:of|von|de|sur|di|van|av|af|z|из|out of|\/) (\d{1,3}(?:[.,]\d{3})|\d{1,6}) (?:open |offene[n]? |available )?(?:jobs|positions|openings|vacancies|results|roles|stellen|jobangebote|ergebnisse[n]?|treffern?|offres|résultats|postes|ofertas|empleos|resultados|vagas|vacatures|resultaten|offerte|risultati|jobb|stillinger|ofert|вакансий)(?!\p{L})/giu

function toCount(text: string): number {
  return Number(text.replace(/[.,]/, ''))
}
