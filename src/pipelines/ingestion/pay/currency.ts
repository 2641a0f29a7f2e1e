/** The active codes of ISO 4217. */
const CODES: ReadonlySet<string> = new Set(
  `AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD
  CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD
  GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD
  KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK
  NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD
  SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD
  XOF XPF YER ZAR ZMW ZWL`.split(/\s+/),
)

/** Codes that are also words of a job advert. A text must not name a currency by them. */
const WORDS: ReadonlySet<string> = new Set(['ALL', 'TOP', 'CUP', 'SOS', 'MOP', 'BAM', 'PEN'])

const DOLLARS = `USD CAD AUD NZD SGD HKD TWD MXN ARS CLP COP UYU DOP JMD TTD BSD BBD BMD BND BZD FJD
  GYD KYD LRD NAD SBD SRD XCD CUP CVE`.split(/\s+/)
const POUNDS = ['GBP', 'EGP', 'LBP', 'SYP', 'SDG', 'FKP', 'GIP', 'SHP', 'SSP']
const KRONER = ['SEK', 'NOK', 'DKK', 'ISK']
const RUPEES = ['INR', 'PKR', 'LKR', 'NPR', 'MUR', 'SCR']
const YUAN = ['JPY', 'CNY']

/** The currencies that a sign or a word may mean. Keys are in lower case and without accents. */
const SIGNS: ReadonlyMap<string, readonly string[]> = new Map([
  ['$', DOLLARS],
  ['dollar', DOLLARS],
  ['dollars', DOLLARS],
  ['pesos', ['MXN', 'ARS', 'CLP', 'COP', 'UYU', 'DOP', 'PHP', 'CUP']],
  ['€', ['EUR']],
  ['euro', ['EUR']],
  ['euros', ['EUR']],
  // A pound sign without a country is the British one: the others write a letter beside it.
  ['£', ['GBP']],
  ['pound', POUNDS],
  ['pounds', POUNDS],
  ['sterling', ['GBP']],
  ['¥', YUAN],
  ['￥', YUAN],
  ['円', ['JPY']],
  ['yen', ['JPY']],
  ['元', ['CNY', 'TWD', 'HKD']],
  ['rmb', ['CNY']],
  ['yuan', ['CNY']],
  ['₩', ['KRW']],
  ['원', ['KRW']],
  ['₹', ['INR']],
  ['rs', RUPEES],
  ['rupees', RUPEES],
  ['lpa', ['INR']],
  ['kr', KRONER],
  ['kronor', ['SEK']],
  ['kroner', ['NOK', 'DKK']],
  ['zł', ['PLN']],
  ['zl', ['PLN']],
  ['zlotych', ['PLN']],
  ['kc', ['CZK']],
  ['ft', ['HUF']],
  ['lei', ['RON', 'MDL']],
  ['лв', ['BGN']],
  ['₽', ['RUB']],
  ['руб', ['RUB']],
  ['рублеи', ['RUB']],
  ['₴', ['UAH']],
  ['грн', ['UAH']],
  ['₺', ['TRY']],
  ['tl', ['TRY']],
  ['₪', ['ILS']],
  ['₫', ['VND']],
  ['฿', ['THB']],
  ['₱', ['PHP']],
  ['rp', ['IDR']],
  ['rm', ['MYR']],
  ['₦', ['NGN']],
  ['₵', ['GHS']],
  ['₡', ['CRC']],
  ['₲', ['PYG']],
  ['₸', ['KZT']],
  ['₼', ['AZN']],
  ['₾', ['GEL']],
  ['৳', ['BDT']],
  ['franken', ['CHF']],
  ['sfr', ['CHF']],
])

/** The letters before a dollar sign that tell whose dollar it is. */
const DOLLAR_LETTERS: Readonly<Record<string, string>> = {
  us: 'USD',
  usd: 'USD',
  c: 'CAD',
  ca: 'CAD',
  cad: 'CAD',
  can: 'CAD',
  cdn: 'CAD',
  a: 'AUD',
  au: 'AUD',
  aud: 'AUD',
  nz: 'NZD',
  nzd: 'NZD',
  s: 'SGD',
  sg: 'SGD',
  sgd: 'SGD',
  hk: 'HKD',
  hkd: 'HKD',
  nt: 'TWD',
  ntd: 'TWD',
  twd: 'TWD',
  r: 'BRL',
  mx: 'MXN',
  mex: 'MXN',
  mxn: 'MXN',
  j: 'JMD',
  ar: 'ARS',
}

/** The currencies of countries whose sign other countries use as well. */
const COUNTRIES: readonly (readonly [string, string])[] = [
  ['us usa unitedstates unitedstatesofamerica', 'USD'],
  ['ca can canada', 'CAD'],
  ['au aus australia', 'AUD'],
  ['nz nzl newzealand', 'NZD'],
  ['sg sgp singapore', 'SGD'],
  ['hk hkg hongkong', 'HKD'],
  ['tw twn taiwan', 'TWD'],
  ['mx mex mexico', 'MXN'],
  ['ar arg argentina', 'ARS'],
  ['cl chl chile', 'CLP'],
  ['co col colombia', 'COP'],
  ['uy ury uruguay', 'UYU'],
  ['se swe sweden sverige', 'SEK'],
  ['no nor norway norge', 'NOK'],
  ['dk dnk denmark danmark', 'DKK'],
  ['is isl iceland', 'ISK'],
  ['jp jpn japan', 'JPY'],
  ['cn chn china', 'CNY'],
  ['in ind india', 'INR'],
  ['pk pak pakistan', 'PKR'],
  ['lk lka srilanka', 'LKR'],
  ['np npl nepal', 'NPR'],
  ['mu mus mauritius', 'MUR'],
  ['gb gbr uk unitedkingdom england scotland wales', 'GBP'],
  ['eg egy egypt', 'EGP'],
  ['ro rou romania', 'RON'],
  ['md mda moldova', 'MDL'],
  ['ph phl philippines', 'PHP'],
]

const BY_COUNTRY: ReadonlyMap<string, string> = new Map(
  COUNTRIES.flatMap(([names, code]) => names.split(' ').map((name) => [name, code] as const)),
)

/** The currencies that a text may mean by its codes, signs and words. Undefined if the text names none. */
export function currenciesIn(text: string): readonly string[] | undefined {
  let found: readonly string[] | undefined
  for (const named of namedIn(text)) {
    found = found === undefined ? named : found.filter((code) => named.includes(code))
  }
  return found
}

function* namedIn(text: string): Generator<readonly string[]> {
  const tokens = [...text.matchAll(/\p{Sc}|\p{Script=Han}+|[\p{L}\p{M}]+/gu)].map(
    ([token]) => token,
  )
  for (const [at, token] of tokens.entries()) {
    const letters = DOLLAR_LETTERS[fold(tokens[at - 1] ?? '')]
    const own = token === '$' && letters !== undefined && joined(text, tokens[at - 1])
    const named = own ? [letters] : currenciesOf(token)
    if (named) yield named
  }
}

/** Whether a word stands directly before a dollar sign somewhere in the text. */
function joined(text: string, word = ''): boolean {
  return text.includes(`${word}$`)
}

function currenciesOf(token: string): readonly string[] | undefined {
  if (CODES.has(token) && !WORDS.has(token)) return [token]
  const thousands = /^[kt](EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|CZK)$/i.exec(token)?.[1]
  if (thousands !== undefined) return [thousands.toUpperCase()]
  const word = fold(token)
  const codes = SIGNS.get(word) ?? SIGNS.get(signIn(word))
  return word === 'eur' ? ['EUR'] : codes
}

/** The sign at the beginning or the end of a word in a script without spaces, such as 万円 or 円以上. */
function signIn(word: string): string {
  if (/^[만천백십]?원/.test(word)) return '원'
  const ends = [word.at(0) ?? '', word.at(-1) ?? '']
  return ends.find((sign) => sign === '円' || sign === '元') ?? ''
}

function fold(word: string): string {
  return word
    .normalize('NFD')
    .replaceAll(/\p{Mn}/gu, '')
    .normalize('NFC')
    .toLowerCase()
}

/**
 * Chooses the currency that is certain: the only one that is possible, or the one of the posting's country. A
 * dollar of an unknown country stays unknown.
 */
export function certainCurrency(
  possible: readonly string[] | undefined,
  country: string | null | undefined,
): string | null {
  if (possible === undefined) return null
  if (possible.length === 1) return possible[0] ?? null
  const own = BY_COUNTRY.get(fold(country ?? '').replaceAll(/[^a-z]/g, ''))
  return own !== undefined && possible.includes(own) ? own : null
}

/** The currencies that a source's own field may mean: a code in any case, a sign or a word. */
export function givenCurrencies(field: string | null | undefined): readonly string[] | undefined {
  const text = (field ?? '').trim()
  const code = text.toUpperCase()
  return CODES.has(code) ? [code] : currenciesIn(text)
}
