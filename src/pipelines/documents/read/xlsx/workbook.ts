import { DocumentFailure } from '../../document-failure.ts'
import { pathOfType, type Relation, relationsOf } from '../office/relations.ts'
import { isOn } from '../zip/xml.ts'
import type { ZipPackage } from '../zip/zip-package.ts'

type SheetEntry = { readonly name: string; readonly path: string; readonly hidden: boolean }

export type Workbook = {
  readonly sheets: readonly SheetEntry[]
  /** Whether dates count from 1904, as in old files of a Mac. */
  readonly from1904: boolean
  readonly strings: string | undefined
  readonly styles: string | undefined
  readonly properties: string | undefined
  /** The part whose relations are the pictures that stand in cells. */
  readonly cell_pictures: string | undefined
}

/** Reads the list of sheets of a workbook, in the order of their tabs. */
export function readWorkbook(parts: ZipPackage): Workbook {
  const root = relationsOf(parts, '')
  const main = pathOfType(root, 'officeDocument') ?? 'xl/workbook.xml'
  if (!parts.has(main)) throw new DocumentFailure('damaged')
  const own = relationsOf(parts, main)
  const found: { sheets: SheetEntry[]; from1904: boolean } = { sheets: [], from1904: false }
  parts.read(main, {
    open: (name, attribute) => {
      if (name === 'workbookPr') found.from1904 = isOn(attribute('date1904') ?? '0')
      if (name !== 'sheet') return
      const relation = sheetOf(own, attribute('id'))
      const hidden = /^(?:very)?hidden$/i.test(attribute('state') ?? '')
      if (relation)
        found.sheets.push({ name: attribute('name') ?? '', path: relation.path, hidden })
    },
  })
  return {
    ...found,
    strings: pathOfType(own, 'sharedStrings'),
    styles: pathOfType(own, 'styles'),
    properties: pathOfType(root, 'core-properties'),
    cell_pictures: pathOfType(own, 'richValueRel'),
  }
}

/** A sheet of cells, or one that is a chart alone. */
const SHEETS = new Set(['worksheet', 'chartsheet', 'dialogsheet'])

function sheetOf(own: readonly Relation[], id: string | undefined): Relation | undefined {
  return own.find((relation) => relation.id === id && SHEETS.has(relation.type))
}
