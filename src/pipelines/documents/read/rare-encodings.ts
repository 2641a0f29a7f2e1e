import {
  CP037,
  CP1026,
  CP424,
  CP437,
  CP500,
  CP737,
  CP775,
  CP850,
  CP852,
  CP855,
  CP857,
  CP860,
  CP861,
  CP862,
  CP863,
  CP864,
  CP865,
  CP869,
  CP875,
  type EncodingFactory,
  KZ1048,
  MAC_GREEK,
  MAC_ICELAND,
  MAC_LATIN2,
  MAC_TURKISH,
} from 'iconv-tiny'

import { decodeUtf7, gbOfHz, hasTaiwanese, unshifted } from './seven-bits.ts'
import { decodeUtf32 } from './utf32.ts'

/** Encodings of one byte a character, by the plain names that texts give them. */
const TABLES: Readonly<Record<string, EncodingFactory>> = {
  cp037: CP037,
  cp424: CP424,
  cp437: CP437,
  cp500: CP500,
  cp737: CP737,
  cp775: CP775,
  cp850: CP850,
  cp852: CP852,
  cp855: CP855,
  cp857: CP857,
  // It differs from the code page 850 in the sign of the euro alone.
  cp858: CP850,
  cp860: CP860,
  cp861: CP861,
  cp862: CP862,
  cp863: CP863,
  cp864: CP864,
  cp865: CP865,
  cp869: CP869,
  cp875: CP875,
  cp1026: CP1026,
  kz1048: KZ1048,
  cp10006: MAC_GREEK,
  macgreek: MAC_GREEK,
  cp10029: MAC_LATIN2,
  macce: MAC_LATIN2,
  maclatin2: MAC_LATIN2,
  maccentraleurope: MAC_LATIN2,
  maccentraleuropean: MAC_LATIN2,
  maccentraleurroman: MAC_LATIN2,
  cp10079: MAC_ICELAND,
  maciceland: MAC_ICELAND,
  macicelandic: MAC_ICELAND,
  cp10081: MAC_TURKISH,
  macturkish: MAC_TURKISH,
}

/** Whether a label names an encoding that the platform's decoder lacks, and that `decodeRare` knows. */
export function isRare(label: string): boolean {
  const name = plainName(label)
  return TABLES[name] !== undefined || OTHERS.test(name)
}

const OTHERS = /^(?:(?:unicode11)?utf7|hz(?:gb2312)?|iso2022(?:kr|cn))$/

/** Decodes bytes in an encoding that the platform's decoder lacks. Returns undefined for any other label. */
export function decodeRare(bytes: Uint8Array, label: string): string | undefined {
  const name = plainName(label)
  const table = TABLES[name]
  if (table !== undefined) return decodeTable(bytes, name, table)
  if (/^(?:unicode11)?utf7$/.test(name)) return decodeUtf7(bytes)
  if (/^hz(?:gb2312)?$/.test(name)) return new TextDecoder('gbk').decode(gbOfHz(bytes))
  if (name === 'iso2022kr') return new TextDecoder('euc-kr').decode(unshifted(bytes))
  if (name === 'iso2022cn' && !hasTaiwanese(bytes))
    return new TextDecoder('gbk').decode(unshifted(bytes))
  return /^utf32(?:le|be)?$|^ucs4/.test(name) ? decodeUtf32(bytes) : undefined
}

function decodeTable(bytes: Uint8Array, name: string, table: EncodingFactory): string {
  const text = table.create().decode(bytes)
  return name === 'cp858' ? text.replaceAll('ı', '€') : text
}

/** `cp850` for `IBM-850`, `cspc850multilingual` or `850`. */
function plainName(label: string): string {
  const name = label.toLowerCase().replaceAll(/[^a-z0-9]+/g, '')
  const digits = NUMBERED.exec(name)?.[1]
  if (digits !== undefined) return `cp${Number(digits) === 37 ? '037' : Number(digits)}`
  return name.replace(/^(?:x|cs)(?=mac|utf|unicode|hz|iso)/, '')
}

const NUMBERED = /^(?:x|cs)?(?:ibm|cp|pc|dos|oem|ms|windows|ccsid)?(\d{2,5})(?:multilingual)?$/
