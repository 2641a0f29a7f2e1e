/** A collection of the glyphs of a script: how many it has, and the first numbers of its wide and its narrow ASCII. */
type Collection = { readonly glyphs: number; readonly ascii: number; readonly narrow: number }

const COLLECTIONS = {
  Japan1: { glyphs: 23_100, ascii: 1, narrow: 231 },
  GB1: { glyphs: 30_600, ascii: 1, narrow: 814 },
  CNS1: { glyphs: 19_200, ascii: 1, narrow: 13_648 },
  Korea1: { glyphs: 18_400, ascii: 1, narrow: 8_094 },
} as const satisfies Record<string, Collection>

type CollectionName = keyof typeof COLLECTIONS

/** The characters that get numbers of ours, behind the glyphs of the collection. The Korean ones have Hangul as well. */
const BLOCKS: readonly (readonly [from: number, to: number])[] = [
  [0x00a0, 0x04ff],
  [0x2000, 0x26ff],
  [0x3000, 0x33ff],
  [0x4e00, 0x9fff],
  [0xf900, 0xfa2f],
  [0xff00, 0xffef],
]
const HANGUL = [0xac00, 0xd7a3] as const

const ASCII = { from: 0x20, to: 0x7e }

type Encoding = {
  readonly collection: CollectionName
  readonly narrow: boolean
  readonly vertical: boolean
  /** The decoder of the codes. Undefined where the codes are UTF-16. */
  readonly label: string | undefined
}

const LEGACY: readonly (readonly [name: RegExp, collection: CollectionName, label: string])[] = [
  [/RKSJ/, 'Japan1', 'shift_jis'],
  [/^(?:Ext-|Add-|78-)?EUC/, 'Japan1', 'euc-jp'],
  [/^GB/, 'GB1', 'gb18030'],
  [/^(?:B5pc|ETen|ETenms|HKscs)/, 'CNS1', 'big5'],
  [/^KSC(?:ms|pc)?-(?:EUC|UHC)/, 'Korea1', 'euc-kr'],
]

const UNICODE: Readonly<Record<string, CollectionName>> = {
  JIS: 'Japan1',
  JIS2004: 'Japan1',
  JISPro: 'Japan1',
  GB: 'GB1',
  CNS: 'CNS1',
  KS: 'Korea1',
}

/** The names of encodings whose ASCII letters have widths of their own. In all others an ASCII letter is half as wide as a sign. */
const PROPORTIONAL = /^(?:90msp|90pv|83pv|GBKp|GBpc|B5pc|ETenms|KSCms-UHC-[HV]|KSCpc)/

function encodingOf(name: string): Encoding | undefined {
  const vertical = /(?:^|-)V$/.test(name)
  const script = /^Uni([A-Za-z]+\d*)-(?:UCS2|UTF16)-/.exec(name)?.[1]
  const collection = script === undefined ? undefined : UNICODE[script]
  if (collection) return { collection, vertical, narrow: /-HW-/.test(name), label: undefined }
  const found = LEGACY.find(([names]) => names.test(name))
  if (!found) return undefined
  return { collection: found[1], vertical, narrow: !PROPORTIONAL.test(name), label: found[2] }
}

/**
 * Makes the tables (CMaps) that the encodings of East Asia need, from the decoders of the platform. The library's own
 * tables are files of a megabyte. Ours give each character a number behind the glyphs of its collection, and say which
 * character a number stands for. A font whose codes are numbers of real glyphs gets none: its letters would be wrong.
 */
export class CMaps {
  readonly #asked = new Set<string>()

  /** Called by the library, with the name of a table. */
  async fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
    const text = kind === 'cMapUrl' ? this.#textOf(filename) : undefined
    if (text === undefined) throw new Error(`There is no table ${filename}.`)
    return new TextEncoder().encode(text)
  }

  #textOf(name: string): string | undefined {
    const unicode = /^Adobe-(\w+)-UCS2$/.exec(name)?.[1]
    if (unicode !== undefined)
      return isCollection(unicode) && this.#asked.has(unicode) ? toUnicode(unicode) : undefined
    const encoding = encodingOf(name)
    if (!encoding) return undefined
    this.#asked.add(encoding.collection)
    return toNumbers(encoding)
  }
}

function isCollection(name: string): name is CollectionName {
  return name in COLLECTIONS
}

type CodeRange = { readonly from: number; readonly to: number; readonly number: number }

/** The numbers of all characters of a collection, as ranges. */
function rangesOf(collection: CollectionName, narrow: boolean): CodeRange[] {
  const { glyphs, ascii, narrow: narrowAscii } = COLLECTIONS[collection]
  const ranges: CodeRange[] = [{ ...ASCII, number: narrow ? narrowAscii : ascii }]
  let number: number = glyphs
  for (const [from, to] of collection === 'Korea1' ? [...BLOCKS, HANGUL] : BLOCKS) {
    ranges.push({ from, to, number })
    number += to - from + 1
  }
  return ranges
}

function toUnicode(collection: CollectionName): string {
  const ranges = [...rangesOf(collection, false), ...rangesOf(collection, true).slice(0, 1)]
  // A range may not go beyond the last byte of its characters.
  const lines = ranges.flatMap(splitAtBytes).map(({ from, to, number }) => {
    const [first, last] = [number, number + to - from]
    return `<${hex(first)}> <${hex(last)}> <${hex(from)}>`
  })
  return cmap(['<0000> <ffff>'], `${lines.length} beginbfrange\n${lines.join('\n')}\nendbfrange`)
}

function splitAtBytes({ from, to, number }: CodeRange): CodeRange[] {
  const parts: CodeRange[] = []
  for (let at = from; at <= to; at = (at | 0xff) + 1)
    parts.push({ from: at, to: Math.min(to, at | 0xff), number: number + at - from })
  return parts
}

function toNumbers({ collection, narrow, vertical, label }: Encoding): string {
  const ranges = rangesOf(collection, narrow)
  if (label === undefined) {
    const lines = ranges.map(({ from, to, number }) => `<${hex(from)}> <${hex(to)}> ${number}`)
    const body = `${lines.length} begincidrange\n${lines.join('\n')}\nendcidrange`
    return cmap(['<0000> <ffff>'], body, vertical)
  }
  const lines = codesOf(label).flatMap(([code, char]) => {
    const range = ranges.find(({ from, to }) => char >= from && char <= to)
    return range ? [`<${code}> ${range.number + char - range.from}`] : []
  })
  const body = `${lines.length} begincidchar\n${lines.join('\n')}\nendcidchar`
  return cmap(SPACES[label] ?? [], body, vertical)
}

/** Which bytes are codes of one byte, and which begin a code of two. */
const SPACES: Readonly<Record<string, readonly string[]>> = {
  shift_jis: ['<00> <80>', '<8140> <9ffc>', '<a0> <df>', '<e040> <fcfc>'],
  'euc-jp': ['<00> <80>', '<8ea0> <8edf>', '<a1a1> <fefe>'],
  gb18030: ['<00> <80>', '<8140> <fefe>'],
  big5: ['<00> <80>', '<8140> <fefe>'],
  'euc-kr': ['<00> <80>', '<8141> <fefe>'],
}

/** All codes of an encoding with the characters that they stand for. */
function codesOf(label: string): (readonly [code: string, char: number])[] {
  const decoder = new TextDecoder(label)
  const codes: (readonly [string, number])[] = []
  const add = (...bytes: number[]) => {
    const text = decoder.decode(Uint8Array.from(bytes))
    if (text.length === 1 && text !== '\ufffd')
      codes.push([bytes.map((byte) => hex(byte, 2)).join(''), text.charCodeAt(0)])
  }
  for (let one = ASCII.from; one <= ASCII.to; one++) add(one)
  if (label === 'shift_jis') for (let one = 0xa1; one <= 0xdf; one++) add(one)
  for (let one = 0x81; one <= 0xfe; one++) {
    if (label === 'shift_jis' && one >= 0xa0 && one < 0xe0) continue
    for (let two = 0x40; two <= 0xfe; two++) add(one, two)
  }
  return codes
}

function cmap(spaces: readonly string[], body: string, vertical = false): string {
  const mode = vertical ? '/WMode 1 def\n' : ''
  return `begincmap\n${mode}${spaces.length} begincodespacerange\n${spaces.join('\n')}\nendcodespacerange\n${body}\nendcmap\n`
}

function hex(value: number, digits = 4): string {
  return value.toString(16).padStart(digits, '0')
}
