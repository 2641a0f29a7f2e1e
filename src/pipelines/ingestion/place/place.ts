import type { Place } from '../../../protocol/posting.ts'
import type { ListedPlace } from '../listed.ts'
import { fold, phrases } from '../phrases.ts'
import { workplaceIn } from '../workplace.ts'
import { countryNamed, toCountry } from './country.ts'

type PlaceParts = Pick<Place, 'city' | 'region' | 'country'>

/** Reads a place. The source's own fields count first. Reads the others from the text where it can be read in one way. */
export function toPlace({
  text,
  ...said
}: Partial<ListedPlace> & Pick<ListedPlace, 'text'>): Place {
  const own: PlaceParts = {
    city: said.city ?? null,
    region: said.region ?? null,
    country: toCountry(said.country),
  }
  const read = partsIn(text)
  const fits = own.country === null || read.country === null || own.country === read.country
  const derived = PARTS.filter((part) => fits && !said[part] && read[part] !== null)
  const parts = Object.fromEntries(derived.map((part) => [part, read[part]]))
  return { text, ...own, ...parts, derived }
}

const PARTS = ['city', 'region', 'country'] as const

const NOTHING: PlaceParts = { city: null, region: null, country: null }

const STATES: ReadonlySet<string> = new Set(
  phrases(`alabama, alaska, arizona, arkansas, california, colorado, connecticut, delaware, florida, georgia, hawaii, idaho
  illinois, indiana, iowa, kansas, kentucky, louisiana, maine, maryland, massachusetts, michigan, minnesota, mississippi
  missouri, montana, nebraska, nevada, new hampshire, new jersey, new mexico, new york, north carolina, north dakota, ohio
  oklahoma, oregon, pennsylvania, rhode island, south carolina, south dakota, tennessee, texas, utah, vermont, virginia
  washington, west virginia, wisconsin, wyoming, district of columbia`).map((name) => name.trim()),
)
const STATE_CODES: ReadonlySet<string> = new Set(
  `AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA
  RI SC SD TN TX UT VT VA WA WV WI WY DC`.split(/\s+/),
)
/** States whose code is no country's and no other region's that adverts write. */
const SURE_STATES: ReadonlySet<string> = new Set(
  'TX NY NJ FL OH WI KS NH NV OK UT WV WY ND AK HI IA DC'.split(' '),
)

/**
 * Codes of countries that a text may end in, each with the cities behind which the same letters mean a state or a
 * province: Dover, DE is in Delaware. Codes of more such places are no country's for certain, such as CA and IN.
 */
const SURE_CODES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    DE: 'wilmington,dover,newark,middletown,smyrna,milford,seaford,georgetown,lewes,rehoboth beach,bear,new castle,claymont,hockessin,laurel,millsboro',
    FR: 'frosinone,cassino,anagni,fribourg,freiburg,bulle',
    CH: 'chieti,vasto,lanciano',
    AT: 'asti,canelli',
    ES: 'vitoria,serra,vila velha,cariacica,linhares',
    SE: 'aracaju',
    NO: 'novara,borgomanero',
    NL: 'st john s,st johns,corner brook,gander,mount pearl,paradise',
    PT: 'pistoia,montecatini terme',
    CZ: 'catanzaro,lamezia terme',
    FI: 'firenze,florence,empoli,scandicci,sesto fiorentino',
    RO: 'rovigo,porto velho',
    BG: 'bergamo,treviglio,dalmine',
    GB: '',
    UK: '',
    US: '',
    IE: '',
    PL: '',
    DK: '',
    HU: '',
    AU: '',
    NZ: '',
    JP: '',
    KR: '',
    MX: '',
    AE: '',
    ZA: '',
    IT: '',
  }).map(([code, cities]): [string, string[]] => [code, cities.split(',')]),
)

/** Listings name the same few places again and again, and reading one costs 20 µs. */
const known = new Map<string, PlaceParts>()
const KNOWN_MAX = 1_000

function partsIn(text: string): PlaceParts {
  const found = known.get(text) ?? readParts(text)
  if (known.size >= KNOWN_MAX) known.clear()
  known.set(text, found)
  return found
}

/** Reads the parts of a text such as `Leipzig, DE`, `Austin, TX`, `Berlin, Germany (Remote)` or `Remote - US`. */
function readParts(text: string): PlaceParts {
  const all = text.split(/[,()]| [-–—] |: /).map((piece) => piece.trim())
  const says = workplaceIn(text) !== null
  const pieces = all.filter((piece) => piece !== '' && !(says && workplaceIn(piece) !== null))
  const last = pieces.at(-1)
  if (last === undefined) return NOTHING
  // Mexico is also a town in Missouri, and Lebanon one in New Hampshire.
  if (pieces.length > 1 && isSureState(last)) return inState(pieces)
  const countries = new Set(pieces.map(countryNamed).filter((country) => country !== null))
  const [country = codeIn(pieces)] = countries
  if (country === null || countries.size > 1) return NOTHING
  if (country === 'US') return inState(pieces)
  const isElsewhere = STATE_CODES.has(last) && last !== country
  return isElsewhere || pieces.some(isState) ? NOTHING : { ...NOTHING, country }
}

/** The country whose code the pieces end in, unless the code stands for a state or a province there. */
function codeIn(pieces: readonly string[]): string | null {
  const last = pieces.at(-1) ?? ''
  const elsewhere = pieces.length > 1 ? SURE_CODES.get(last) : undefined
  return elsewhere?.includes(nameIn(pieces.at(-2) ?? '')) === false ? toCountry(last) : null
}

/** Reads the state of the USA, and the city before the state. */
function inState(pieces: readonly string[]): PlaceParts {
  const at = pieces.findLastIndex((piece) => isState(piece) || STATE_CODES.has(piece))
  const before = pieces[at - 1] ?? ''
  const city = before === '' || /\d/.test(before) || countryNamed(before) === 'US' ? null : before
  const region = city === null && CITIES_TOO.has(nameIn(pieces[at] ?? '')) ? null : pieces[at]
  return { city, region: region ?? null, country: 'US' }
}

/** States that share their name with a large city. */
const CITIES_TOO: ReadonlySet<string> = new Set(['new york', 'washington'])

function isState(piece: string): boolean {
  return STATES.has(nameIn(piece))
}

/** Georgia is a country as well. */
function isSureState(piece: string): boolean {
  return SURE_STATES.has(piece) || (isState(piece) && nameIn(piece) !== 'georgia')
}

function nameIn(piece: string): string {
  return fold(piece).trim()
}
