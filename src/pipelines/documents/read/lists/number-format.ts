/** Writes a list's number in one of the formats of Word (`lowerLetter`) or of CSS (`lower-alpha`). */
export function formatNumber(value: number, format: string): string {
  const write = FORMATS[format]
  if (write !== undefined) return write(value)
  // Each sign of these alphabets is one UTF-16 unit.
  return SERIES[format]?.charAt(value - 1) || String(value)
}

const FORMATS: Readonly<Record<string, (value: number) => string>> = {
  none: () => '',
  decimalZero: (value) => padded(value, 2),
  'decimal-leading-zero': (value) => padded(value, 2),
  lowerLetter: repeated,
  upperLetter: (value) => repeated(value).toUpperCase(),
  'lower-alpha': letters,
  'upper-alpha': (value) => letters(value).toUpperCase(),
  'lower-latin': letters,
  'upper-latin': (value) => letters(value).toUpperCase(),
  lowerRoman: roman,
  upperRoman: (value) => roman(value).toUpperCase(),
  'lower-roman': roman,
  'upper-roman': (value) => roman(value).toUpperCase(),
  ordinal: ordinal,
  cardinalText: (value) => capital(inWords(value)),
  ordinalText: (value) => capital(ordinalWords(value)),
  numberInDash: (value) => `- ${value} -`,
  chineseCounting: chinese,
  chineseCountingThousand: chinese,
  ideographDigital: chinese,
  japaneseCounting: chinese,
  taiwaneseCounting: chinese,
  taiwaneseCountingThousand: chinese,
  koreanCounting: chinese,
}

/** Formats whose numbers are the characters of an alphabet. Numbers after its end are digits. */
const SERIES: Readonly<Record<string, string>> = {
  decimalEnclosedCircle: '①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳',
  decimalEnclosedParen: '⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇',
  decimalEnclosedFullstop: '⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛',
  russianLower: 'абвгдежзиклмнопрстуфхцчшщыэюя',
  russianUpper: 'АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЫЭЮЯ',
  'lower-greek': 'αβγδεζηθικλμνξοπρστυφχψω',
  hebrew2: 'אבגדהוזחטיכלמנסעפצקרשת',
  arabicAlpha: 'أبتثجحخدذرزسشصضطظعغفقكلمنهوي',
  ganada: '가나다라마바사아자차카타파하',
  aiueo:
    'アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン',
  iroha:
    'イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス',
  ideographTraditional: '甲乙丙丁戊己庚辛壬癸',
  ideographZodiac: '子丑寅卯辰巳午未申酉戌亥',
}

/** Writes a number with as many digits as the pattern of a custom format has, such as "001, 002, 003, ...". */
export function formatCustom(value: number, pattern: string): string {
  return padded(value, /^\d+/.exec(pattern)?.[0].length ?? 1)
}

function padded(value: number, width: number): string {
  return String(value).padStart(width, '0')
}

/** Word counts a … z, aa … zz, aaa … */
function repeated(value: number): string {
  if (value < 1) return String(value)
  const char = String.fromCharCode(97 + ((value - 1) % 26))
  return char.repeat(Math.min(Math.ceil(value / 26), 30))
}

/** A browser counts a … z, aa, ab … */
function letters(value: number): string {
  if (value < 1) return String(value)
  let text = ''
  for (let left = value; left > 0; left = Math.floor((left - 1) / 26))
    text = String.fromCharCode(97 + ((left - 1) % 26)) + text
  return text
}

const ROMAN = [
  ['m', 1_000],
  ['cm', 900],
  ['d', 500],
  ['cd', 400],
  ['c', 100],
  ['xc', 90],
  ['l', 50],
  ['xl', 40],
  ['x', 10],
  ['ix', 9],
  ['v', 5],
  ['iv', 4],
  ['i', 1],
] as const

function roman(value: number): string {
  if (value < 1 || value > 3_999) return String(value)
  let left = value
  let text = ''
  for (const [numeral, worth] of ROMAN) for (; left >= worth; left -= worth) text += numeral
  return text
}

function ordinal(value: number): string {
  const teen = value % 100 >= 11 && value % 100 <= 13
  const ending = teen ? undefined : ['th', 'st', 'nd', 'rd'][value % 10]
  return `${value}${ending ?? 'th'}`
}

const ONES = `zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
  fifteen sixteen seventeen eighteen nineteen`.split(/\s+/)
const TENS = ['', '', ...'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')]

/** Writes a number below one hundred in English words. Word writes them in the language of the text. */
function inWords(value: number): string {
  const one = ONES[value]
  if (one !== undefined || value < 0 || value > 99) return one ?? String(value)
  const ten = TENS[Math.floor(value / 10)] ?? ''
  return value % 10 === 0 ? ten : `${ten}-${ONES[value % 10]}`
}

const IRREGULAR: Readonly<Record<string, string>> = {
  one: 'first',
  two: 'second',
  three: 'third',
  five: 'fifth',
  eight: 'eighth',
  nine: 'ninth',
  twelve: 'twelfth',
}

function ordinalWords(value: number): string {
  if (value < 1 || value > 99) return ordinal(value)
  const cardinal = inWords(value)
  const last = cardinal.slice(cardinal.lastIndexOf('-') + 1)
  return cardinal.slice(0, -last.length) + (IRREGULAR[last] ?? regular(last))
}

function regular(cardinal: string): string {
  return cardinal.endsWith('y') ? `${cardinal.slice(0, -1)}ieth` : `${cardinal}th`
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const HAN = '〇一二三四五六七八九'

/** Writes a number below one hundred in Chinese characters. */
function chinese(value: number): string {
  if (value < 1 || value > 99) return String(value)
  const ten = Math.floor(value / 10)
  const one = value % 10 === 0 ? '' : HAN.charAt(value % 10)
  if (ten === 0) return one
  return `${ten === 1 ? '' : HAN.charAt(ten)}十${one}`
}
