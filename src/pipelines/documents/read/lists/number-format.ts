/** Writes a list's number in one of the formats of Word (`lowerLetter`) or of CSS (`lower-alpha`). */
export function formatNumber(value: number, format: string): string {
  const write = FORMATS[format]
  if (write !== undefined) return write(value)
  // Each sign of these alphabets is one UTF-16 unit.
  return SERIES[format]?.charAt(value - 1) || String(value)
}

const FORMATS: Readonly<Record<string, (value: number) => string>> = {
  none: () => '',
  bullet: () => '',
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
  hex: (value) => value.toString(16).toUpperCase(),
  chicago: chicago,
  hebrew1: hebrew,
  koreanLegal: korean,
  decimalFullWidth: (value) => inDigits(value, '０１２３４５６７８９'),
  decimalFullWidth2: (value) => inDigits(value, '０１２３４５６７８９'),
  thaiNumbers: (value) => inDigits(value, '๐๑๒๓๔๕๖๗๘๙'),
  hindiNumbers: (value) => inDigits(value, '०१२३४५६७८९'),
  ideographDigital: (value) => inDigits(value, HAN),
  japaneseDigitalTenThousand: (value) => inDigits(value, HAN),
  taiwaneseDigital: (value) => inDigits(value, HAN.replace('〇', '○')),
  koreanDigital2: (value) => inDigits(value, HAN.replace('〇', '零')),
  koreanDigital: (value) => inDigits(value, '영일이삼사오육칠팔구'),
  koreanCounting: (value) =>
    counted(value, { digits: '영일이삼사오육칠팔구', tens: ' 십백천' }).replaceAll(
      /일(?=[십백천])/g,
      '',
    ),
  chineseLegalSimplified: (value) => counted(value, LEGAL_SIMPLIFIED),
  ideographLegalTraditional: (value) => counted(value, LEGAL_TRADITIONAL),
  japaneseLegal: (value) => counted(value, LEGAL_JAPANESE),
  chineseCounting: chinese,
  chineseCountingThousand: chinese,
  japaneseCounting: japanese,
  taiwaneseCounting: chinese,
  taiwaneseCountingThousand: chinese,
}

/** Formats whose numbers are the characters of an alphabet. Numbers after its end are digits. */
const SERIES: Readonly<Record<string, string>> = {
  decimalEnclosedCircle: '①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳',
  decimalEnclosedCircleChinese: '①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳',
  ideographEnclosedCircle: '㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉',
  decimalEnclosedParen: '⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇',
  decimalEnclosedFullstop: '⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛',
  russianLower: 'абвгдежзиклмнопрстуфхцчшщыэюя',
  russianUpper: 'АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЫЭЮЯ',
  'lower-greek': 'αβγδεζηθικλμνξοπρστυφχψω',
  hebrew2: 'אבגדהוזחטיכלמנסעפצקרשת',
  arabicAlpha: 'أبتثجحخدذرزسشصضطظعغفقكلمنهوي',
  arabicAbjad: 'أبجدهوزحطيكلمنسعفصقرشتثخذضظغ',
  thaiLetters: 'กขคงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ',
  chosung: 'ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ',
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

/** Writes a number below ten thousand in English words. Word writes them in the language of the text. */
function inWords(value: number): string {
  if (!Number.isInteger(value) || value < 0 || value >= MAX_IN_WORDS) return String(value)
  if (value >= 1_000) return over(value, { unit: 1_000, name: 'thousand' })
  if (value >= 100) return over(value, { unit: 100, name: 'hundred' })
  const one = ONES[value]
  if (one !== undefined) return one
  const ten = TENS[Math.floor(value / 10)] ?? ''
  return value % 10 === 0 ? ten : `${ten}-${ONES[value % 10]}`
}

const MAX_IN_WORDS = 10_000

function over(value: number, { unit, name }: { unit: number; name: string }): string {
  const [count, rest] = [Math.floor(value / unit), value % unit]
  return `${inWords(count)} ${name}${rest === 0 ? '' : ` ${inWords(rest)}`}`
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
  if (!(value >= 1 && value < MAX_IN_WORDS)) return ordinal(value)
  const cardinal = inWords(value)
  const last = cardinal.slice(Math.max(cardinal.lastIndexOf(' '), cardinal.lastIndexOf('-')) + 1)
  return cardinal.slice(0, -last.length) + (IRREGULAR[last] ?? regular(last))
}

function regular(cardinal: string): string {
  return cardinal.endsWith('y') ? `${cardinal.slice(0, -1)}ieth` : `${cardinal}th`
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const HAN = '〇一二三四五六七八九'

type Counting = { readonly digits: string; readonly tens: string; readonly zero?: string }

const LEGAL_SIMPLIFIED = { digits: '零壹贰叁肆伍陆柒捌玖', tens: ' 拾佰仟', zero: '零' }
const LEGAL_TRADITIONAL = { digits: '零壹貳參肆伍陸柒捌玖', tens: ' 拾佰仟', zero: '零' }
const LEGAL_JAPANESE = { digits: '〇壱弐参四伍六七八九', tens: ' 拾百千' }

function chinese(value: number): string {
  return counted(value, { digits: HAN, tens: ' 十百千', zero: '零' }).replace(/^一十/, '十')
}

function japanese(value: number): string {
  return counted(value, { digits: HAN, tens: ' 十百千' }).replaceAll(/一(?=[十百千])/g, '')
}

/** Writes a number below ten thousand by its tens: 二百五 is 2 hundreds and 5. `zero` stands for the tens left out between. */
function counted(value: number, { digits, tens, zero = '' }: Counting): string {
  if (!Number.isInteger(value) || value < 1 || value > 9_999) return String(value)
  const written = String(value)
  let end = written.length
  while (written.charAt(end - 1) === '0') end--
  const shown = Array.from(written.slice(0, end), (digit, at) => {
    const place = written.length - 1 - at
    if (digit === '0') return digit
    return digits.charAt(Number(digit)) + (place > 0 ? tens.charAt(place) : '')
  })
  return shown.join('').replaceAll(/0+/g, zero)
}

function inDigits(value: number, digits: string): string {
  return String(value).replaceAll(/\d/g, (digit) => digits.charAt(Number(digit)))
}

/** Word marks notes with *, †, ‡, §, **, †† … */
function chicago(value: number): string {
  if (value < 1) return String(value)
  return '*†‡§'.charAt((value - 1) % 4).repeat(Math.min(Math.ceil(value / 4), 30))
}

const HEBREW = ['אבגדהוזחט', 'יכלמנסעפצ', 'קרשת'] as const

/** Writes a number below five hundred in Hebrew letters: 15 and 16 avoid the name of God. */
function hebrew(value: number): string {
  if (!Number.isInteger(value) || value < 1 || value > 499) return String(value)
  const [ones, tens, hundreds] = HEBREW
  const hundred = hundreds.charAt(Math.floor(value / 100) - 1)
  const rest = value % 100
  if (rest === 15 || rest === 16) return `${hundred}ט${rest === 15 ? 'ו' : 'ז'}`
  return hundred + tens.charAt(Math.floor(rest / 10) - 1) + ones.charAt((rest % 10) - 1)
}

const KOREAN_ONES = ' 하나 둘 셋 넷 다섯 여섯 일곱 여덟 아홉'.split(' ')
const KOREAN_TENS = ' 열 스물 서른 마흔 쉰 예순 일흔 여든 아흔'.split(' ')

function korean(value: number): string {
  if (!(value >= 1 && value <= 99)) return String(value)
  return `${KOREAN_TENS[Math.floor(value / 10)] ?? ''}${KOREAN_ONES[value % 10] ?? ''}`
}
