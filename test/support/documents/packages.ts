import { zip } from './docx.ts'

const RELATION = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const OFFICE = 'urn:oasis:names:tc:opendocument:xmlns'

type Files = Readonly<Record<string, string | Uint8Array>>

/** Names parts to another part, by their ids and types. */
export function relationsXml(
  targets: readonly (readonly [id: string, type: string, target: string])[],
): string {
  const rows = targets.map(
    ([id, type, target]) =>
      `<Relationship Id="${id}" Type="${RELATION}/${type}" Target="${target}"/>`,
  )
  return `<Relationships>${rows.join('')}</Relationships>`
}

type SheetPlan = {
  readonly name: string
  /** The XML of the sheet's rows, and what comes before and behind them. */
  readonly rows: string
  readonly columns?: string
  readonly behind?: string
  readonly state?: string
}

type WorkbookPlan = {
  readonly sheets: readonly SheetPlan[]
  readonly strings?: readonly string[]
  /** The XML of the styles. */
  readonly styles?: string
  readonly properties?: string
  readonly more?: Files
}

/** Makes a workbook of Excel. */
export function xlsx(plan: WorkbookPlan): Uint8Array<ArrayBuffer> {
  const { sheets, strings = [], styles = '', properties = '', more = {} } = plan
  const names = sheets.map(({ name, state }, at) => {
    const hidden = state === undefined ? '' : ` state="${state}"`
    return `<sheet name="${name}" sheetId="${at + 1}"${hidden} r:id="s${at}"/>`
  })
  const files = sheets.map(({ rows, columns = '', behind = '' }, at) => [
    `xl/worksheets/sheet${at}.xml`,
    `<worksheet>${columns}<sheetData>${rows}</sheetData>${behind}</worksheet>`,
  ])
  return zip({
    '[Content_Types].xml': '<Types/>',
    '_rels/.rels': relationsXml([['r', 'officeDocument', 'xl/workbook.xml']]),
    'xl/workbook.xml': `<workbook><workbookPr ${properties}/><sheets>${names.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relationsXml([
      ...sheets.map((_, at) => [`s${at}`, 'worksheet', `worksheets/sheet${at}.xml`] as const),
      ['t', 'sharedStrings', 'sharedStrings.xml'],
      ['y', 'styles', 'styles.xml'],
    ]),
    'xl/sharedStrings.xml': `<sst>${strings.map((text) => `<si>${text}</si>`).join('')}</sst>`,
    'xl/styles.xml': `<styleSheet>${styles}</styleSheet>`,
    ...Object.fromEntries(files),
    ...more,
  })
}

type SlidePlan = {
  readonly shapes: string
  readonly notes?: string
  readonly hidden?: boolean
  /** Relations of the slide, and their parts. */
  readonly relations?: readonly (readonly [id: string, type: string, target: string])[]
}

/** Makes a presentation of PowerPoint. */
export function pptx(slides: readonly SlidePlan[], more: Files = {}): Uint8Array<ArrayBuffer> {
  const files = slides.flatMap(({ shapes, notes, hidden, relations = [] }, at) => {
    const show = hidden === true ? ' show="0"' : ''
    const noted = notes === undefined ? [] : [['n', 'notesSlide', `../notes/n${at}.xml`] as const]
    return [
      [`ppt/slides/s${at}.xml`, `<p:sld${show}><p:cSld>${shapes}</p:cSld></p:sld>`],
      [`ppt/slides/_rels/s${at}.xml.rels`, relationsXml([...relations, ...noted])],
      [`ppt/notes/n${at}.xml`, `<p:notes>${notes ?? ''}</p:notes>`],
    ]
  })
  const ids = slides.map((_, at) => `<p:sldId id="${256 + at}" r:id="i${at}"/>`)
  return zip({
    '[Content_Types].xml': '<Types/>',
    '_rels/.rels': relationsXml([['r', 'officeDocument', 'ppt/presentation.xml']]),
    'ppt/presentation.xml': `<p:presentation><p:sldIdLst>${ids.join('')}</p:sldIdLst></p:presentation>`,
    'ppt/_rels/presentation.xml.rels': relationsXml(
      slides.map((_, at) => [`i${at}`, 'slide', `slides/s${at}.xml`]),
    ),
    ...Object.fromEntries(files),
    ...more,
  })
}

/** A shape of a slide, with one paragraph for each text. `place` is the type of its placeholder. */
export function shape(texts: readonly string[], place = ''): string {
  const type = place === '' ? '' : `<p:nvPr><p:ph type="${place}"/></p:nvPr>`
  const paragraphs = texts.map((text) => `<a:p><a:r><a:t>${text}</a:t></a:r></a:p>`)
  return `<p:sp><p:nvSpPr>${type}</p:nvSpPr><p:txBody>${paragraphs.join('')}</p:txBody></p:sp>`
}

type OfficePlan = {
  readonly kind: 'text' | 'spreadsheet' | 'presentation'
  readonly body: string
  /** The XML of the automatic styles, and of the part of styles. */
  readonly automatic?: string
  readonly styles?: string
  readonly more?: Files
}

/** Makes an OpenDocument file. */
export function openDocument(plan: OfficePlan): Uint8Array<ArrayBuffer> {
  const { kind, body, automatic = '', styles = '', more = {} } = plan
  const names = ['office', 'text', 'table', 'draw', 'presentation', 'style', 'svg', 'form', 'fo']
    .map((name) => `xmlns:${name}="${OFFICE}:${name}:1.0"`)
    .join(' ')
  return zip({
    mimetype: `application/vnd.oasis.opendocument.${kind}`,
    'content.xml': `<office:document-content ${names}><office:automatic-styles>${automatic}</office:automatic-styles><office:body><office:${kind}>${body}</office:${kind}></office:body></office:document-content>`,
    'styles.xml': `<office:document-styles ${names}>${styles}</office:document-styles>`,
    'meta.xml': '<m><dc:title>The title</dc:title></m>',
    'META-INF/manifest.xml': '<manifest/>',
    ...more,
  })
}

/** Makes an e-book whose chapters have these bodies. */
export function epub(chapters: readonly string[], more: Files = {}): Uint8Array<ArrayBuffer> {
  const items = chapters.map(
    (_, at) => `<item id="c${at}" href="c%20${at}.xhtml" media-type="application/xhtml+xml"/>`,
  )
  const order = chapters.map((_, at) => `<itemref idref="c${at}"/>`)
  const files = chapters.map((body, at) => [
    `OEBPS/c ${at}.xhtml`,
    `<?xml version="1.0"?><!DOCTYPE html><html><head><title/></head><body>${body}</body></html>`,
  ])
  return zip({
    mimetype: 'application/epub+zip',
    'META-INF/container.xml':
      '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
    'OEBPS/book.opf': `<package><metadata><dc:title>The Book</dc:title></metadata><manifest>${items.join('')}</manifest><spine>${order.join('')}</spine></package>`,
    ...Object.fromEntries(files),
    ...more,
  })
}
