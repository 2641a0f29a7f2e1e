import { fold } from '../phrases.ts'

/** The codes of ISO 3166-1, and XK, which Kosovo uses. */
const CODES: ReadonlySet<string> = new Set(
  `AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA
  CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA
  GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP
  KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS
  MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS
  RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW
  TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW`.split(/\s+/),
)

/** Codes of three letters that adverts write. */
const LONG_CODES: ReadonlyMap<string, string> = new Map(
  `USA US,CAN CA,GBR GB,DEU DE,FRA FR,ESP ES,ITA IT,NLD NL,AUS AU,AUT AT,CHE CH,IND IN,JPN JP,KOR KR,CHN CN,BRA BR,
  MEX MX,POL PL,SWE SE,NOR NO,DNK DK,FIN FI,IRL IE,PRT PT,SGP SG,NZL NZ,ZAF ZA,ARE AE,ISR IL,CZE CZ,ROU RO,HUN HU,
  TUR TR,UKR UA,HKG HK,TWN TW,PHL PH,MYS MY,IDN ID,THA TH,VNM VN,ARG AR,CHL CL,COL CO,LUX LU,GRC GR,BGR BG,HRV HR`
    .split(',')
    .map((entry): [string, string] => [entry.trim().slice(0, 3), entry.trim().slice(4)]),
)

/** Names that no list of the languages has. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  GB: 'uk,u k,great britain,england,scotland,wales,northern ireland,grossbritannien,großbritannien,inglaterra,angleterre',
  US: 'us,u s,u s a,united states of america,the united states,the usa,estados unidos de america,eeuu,ee uu',
  NL: 'the netherlands',
  CZ: 'czech republic,the czech republic,tschechische republik,ceska republika,republique tcheque',
  IE: 'republic of ireland',
  AE: 'uae,u a e,united arab emirates',
  KR: 'korea,republic of korea',
  RU: 'russian federation',
  TR: 'turkey,turkiye',
  VN: 'viet nam',
  HK: 'hong kong',
  MO: 'macau,macao',
  CN: 'mainland china,people s republic of china',
  CI: 'ivory coast,cote d ivoire',
}

/** Names of another place as well: a state of the USA, a city of Spain, an island beside New Jersey. */
const AMBIGUOUS: ReadonlySet<string> = new Set(['georgia', 'granada', 'jersey'])

const LANGUAGES = 'en de fr es it pt nl pl sv da nb fi cs hu ro tr ru uk ja ko zh he ar'.split(' ')

let names: ReadonlyMap<string, string> | undefined

/** Makes the names when the first one is looked up, 20 ms once an isolate. */
function namesOfCountries(): ReadonlyMap<string, string> {
  names ??= collectNames()
  return names
}

/** Leaves out a name that two countries have in different languages. */
function collectNames(): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const twice = new Set(AMBIGUOUS)
  const add = (name: string | undefined, code: string) => {
    const key = fold(name ?? '').trim()
    if ((found.get(key) ?? code) !== code) twice.add(key)
    found.set(key, code)
  }
  for (const language of LANGUAGES) {
    const display = new Intl.DisplayNames([language], { type: 'region', fallback: 'none' })
    for (const code of CODES) add(display.of(code), code)
  }
  for (const [code, list] of Object.entries(OTHER_NAMES)) {
    for (const name of list.split(',')) add(name, code)
  }
  for (const name of twice) found.delete(name)
  return found
}

/** Reads a country from its name in a large language, or from its code of three letters. Returns null in doubt. */
export function countryNamed(words: string): string | null {
  const named = namesOfCountries().get(fold(words).trim())
  return named ?? LONG_CODES.get(words.trim()) ?? null
}

/** Reads a field that is a country: its name or its code. */
export function toCountry(words: string | null | undefined): string | null {
  const code = (words ?? '').trim().toUpperCase()
  if (code === 'UK') return 'GB'
  return CODES.has(code) ? code : (LONG_CODES.get(code) ?? countryNamed(words ?? ''))
}
