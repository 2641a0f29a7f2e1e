import type { ZipPackage } from '../zip/zip-package.ts'
import { type Epoch, showBy, type ShowValue } from './number-format.ts'

/** The format codes that Excel knows by number. Those of money have the currency of the reader's system, so none here. */
const BUILT_IN: Readonly<Record<number, string>> = {
  1: '0',
  2: '0.00',
  3: '#,##0',
  4: '#,##0.00',
  5: '#,##0',
  6: '#,##0',
  7: '#,##0.00',
  8: '#,##0.00',
  9: '0%',
  10: '0.00%',
  11: '0.00E+00',
  12: '# ?/?',
  13: '# ??/??',
  14: 'yyyy-mm-dd',
  15: 'd-mmm-yy',
  16: 'd-mmm',
  17: 'mmm-yy',
  18: 'h:mm',
  19: 'h:mm:ss',
  20: 'h:mm',
  21: 'h:mm:ss',
  22: 'yyyy-mm-dd h:mm',
  37: '#,##0;-#,##0',
  38: '#,##0;-#,##0',
  39: '#,##0.00;-#,##0.00',
  40: '#,##0.00;-#,##0.00',
  41: '#,##0;-#,##0;"-"',
  42: '#,##0;-#,##0;"-"',
  43: '#,##0.00;-#,##0.00;"-"',
  44: '#,##0.00;-#,##0.00;"-"',
  45: 'mm:ss',
  46: '[h]:mm:ss',
  47: 'mm:ss.0',
  48: '##0.0E+0',
}

/** Excel's numbers for dates in the languages of East Asia. */
function isDateNumber(id: number): boolean {
  return (id >= 27 && id <= 36) || (id >= 50 && id <= 58)
}

/** Reads how a workbook's cells show their numbers, by the number of their style. */
export function readCellStyles(
  parts: ZipPackage,
  path: string | undefined,
  epoch: Epoch,
): (style: string | undefined) => ShowValue {
  const codes = new Map<number, string>()
  const formats: number[] = []
  let inCells = false
  parts.read(path, {
    open: (name, attribute) => {
      if (name === 'cellXfs') inCells = true
      const format = Number(attribute('numFmtId') ?? 0)
      if (name === 'numFmt') codes.set(format, attribute('formatCode') ?? '')
      else if (name === 'xf' && inCells) formats.push(format)
    },
    close: (name) => void (name === 'cellXfs' && (inCells = false)),
  })
  const made = new Map<number, ShowValue>()
  return (style) => {
    const id = formats[Number(style ?? 0)] ?? 0
    const known = made.get(id) ?? showBy(codeOf(id, codes), epoch)
    made.set(id, known)
    return known
  }
}

function codeOf(id: number, codes: ReadonlyMap<number, string>): string {
  return codes.get(id) ?? BUILT_IN[id] ?? (isDateNumber(id) ? 'yyyy-mm-dd' : 'General')
}
