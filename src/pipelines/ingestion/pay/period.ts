import type { Salary } from '../../../protocol/posting.ts'

export type Period = NonNullable<Salary['period']>

/** Words for periods in many languages, in lower case and without accents. */
const WORDS: Readonly<Record<Period, string>> = {
  hour: `hour hours hourly hr hrs std stunde stunden stundlich stuendlich stundenlohn heure heures
    horaire hora horas orario oraria uur uurloon godz godzina godzine godzinowo hodina hodinu hodinovo
    timme timmar timlon timelonn tunti tunnissa час часа 時給 時間 小时 小時 시급 시간 saat saatlik
    ora ore`,
  day: `day days daily tag taglich taeglich tage tageslohn tagessatz jour jours journalier dia dias
    diario diaria giorno giornaliero dag dagen dzien dziennie denne paiva paivassa день 日給 日薪 일급
    gunluk ngay hari`,
  week: `week weeks weekly wk woche wochentlich woechentlich wochenlohn semaine hebdomadaire semana
    semanal settimana settimanale vecka veckan uge viikko tydzien tygodniowo tydne неделю неделя 週給
    周薪 주급 hafta haftalik minggu tuan`,
  month: `month months monthly mth pcm monat monatlich monatsgehalt monatslohn mois mensuel
    mensuelle mes mensual mensuales mensal mese mensile maand maandelijks manad manaden maned maaned
    maneden maanedlig manadslon kuukausi kuukaudessa miesiac miesiecznie mies mesic mesicne mesacne
    месяц мес 月給 月収 月薪 월급 aylik luna lunar bulan thang havi honap honaponta`,
  year: `year years yearly yr yrs annum annual annually annualised annualized jahr jahrlich jaehrlich
    jahresgehalt annee annuel annuelle annuels ano anos anual anuales anno annuo annui annua jaar
    jaarlijks aar arlig arslon vuosi vuodessa rok roku rocznie rocne год годовых 年収 年俸 年薪 연봉
    yillik yil tahun ral lpa tjahr`,
}

/** Short words that name a period only directly after a slash, `per` or the like: they are other words elsewhere. */
const SHORT: Readonly<Record<string, Period>> = {
  h: 'hour',
  t: 'hour',
  ч: 'hour',
  u: 'hour',
  tim: 'hour',
  hod: 'hour',
  d: 'day',
  j: 'day',
  den: 'day',
  nap: 'day',
  gun: 'day',
  w: 'week',
  uke: 'week',
  het: 'week',
  hari: 'day',
  m: 'month',
  man: 'month',
  mnd: 'month',
  md: 'month',
  ho: 'month',
  mo: 'month',
  mth: 'month',
  ay: 'month',
  kk: 'month',
  月: 'month',
  월: 'month',
  y: 'year',
  a: 'year',
  an: 'year',
  ans: 'year',
  ar: 'year',
  v: 'year',
  ev: 'year',
  年: 'year',
  년: 'year',
  时: 'hour',
  天: 'day',
  日: 'day',
  周: 'week',
}

/** Words of a period that is none of the five, such as every two weeks. */
const OTHER = new Set(
  `bi semi biweekly fortnight fortnightly semimonthly quarter quarterly quartal trimestre biannual
  biannually biennial semester weekend weekends project projekt shift shifts schicht visit mile assignment
  session sessions night nights piece stuck week2 lump once onetime einmalig`.split(/\s+/),
)

const BY_WORD: ReadonlyMap<string, Period> = new Map(
  (['hour', 'day', 'week', 'month', 'year'] as const).flatMap((period) =>
    WORDS[period].split(/\s+/).map((word) => [word, period] as const),
  ),
)

const BEFORE = new Set([
  '/',
  'per',
  'pro',
  'par',
  'por',
  'je',
  'a',
  'an',
  'al',
  'za',
  'na',
  'pr',
  'i',
])

/** The periods that a text names, in the text's order. `other` stands for one that is none of the five. */
export function periodsIn(text: string): readonly (Period | 'other')[] {
  const tokens = tokensOf(text)
  return tokens.flatMap((token, at) => {
    if (OTHER.has(token)) return ['other' as const]
    const named = BY_WORD.get(token) ?? PER_SHORT[token]
    if (named) return [named]
    const short =
      BEFORE.has(tokens[at - 1] ?? '') && tokens[at - 1] !== 'a' ? SHORT[token] : undefined
    return short ? [short] : []
  })
}

/** `p. a.`, `p. m.` and `p. h.` without their dots and spaces. */
const PER_SHORT: Readonly<Record<string, Period>> = {
  pa: 'year',
  'p a': 'year',
  'p m': 'month',
  'p h': 'hour',
}

/** `p` is a word with the letter behind it where nothing but a dot and a space divides the two. */
const TOKEN = /\/|(?<!\p{L})p(?:\.\s?|\s)[amh](?!\p{L})|\p{L}+/gu

function tokensOf(text: string): string[] {
  const folded = text
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/\p{Mn}/gu, '')
    .normalize('NFC')
  return [...folded.matchAll(TOKEN)].flatMap(([token]) => splitCjk(token.replace(/[.\s]+/, ' ')))
}

/** Divides a run without spaces into the words for periods that it holds, such as 年収500万円 or 月給制. */
function splitCjk(token: string): string[] {
  if (!/[\p{Script=Han}\p{Script=Hangul}]/u.test(token)) return [token]
  const known = [...BY_WORD.keys()].filter((word) => word.length === 2 && token.includes(word))
  return known.length > 0 ? known : [token]
}

/**
 * Reads the period from a source's own field, such as `1 YEAR`, `per-hour-wage`, `MONTH` or `ANN`. Null for others,
 * such as every two weeks.
 */
export function toPeriod(field: string | null | undefined): Period | null {
  const text = (field ?? '').replaceAll('_', ' ')
  const unit = UNITS[text.trim().toUpperCase()]
  if (unit !== undefined) return unit
  if (/\d/.test(text) && !/^\s?P?1\s?[a-z]/i.test(text)) return null
  const [period, ...more] = new Set(periodsIn(text.replace(/^\s?1\s?/, '')))
  return period === undefined || period === 'other' || more.length > 0 ? null : period
}

/** Codes of UN/CEFACT and durations of ISO 8601. In a text they would be other words, such as Mon for Monday. */
const UNITS: Readonly<Record<string, Period>> = {
  HUR: 'hour',
  PT1H: 'hour',
  P1D: 'day',
  WEE: 'week',
  P1W: 'week',
  MON: 'month',
  P1M: 'month',
  ANN: 'year',
  P1Y: 'year',
}
