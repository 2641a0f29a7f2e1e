import { strToU8, type ZippableFile, zipSync } from 'fflate'

const W = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
const RELATION = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

/** The parts of a Word document as XML, each without the element around it. */
export type DocxPlan = {
  readonly body: string
  readonly styles?: string
  readonly numbering?: string
  readonly footnotes?: string
  readonly title?: string
  /** Other files in the document, by their paths. */
  readonly more?: Readonly<Record<string, Uint8Array>>
}

const PARTS = { styles: 'styles', numbering: 'numbering', footnotes: 'footnotes' } as const

/** Makes a Word document with only the given parts. */
export function docx(plan: DocxPlan): Uint8Array<ArrayBuffer> {
  const names = Object.keys(PARTS).filter((name) => name in plan)
  const own = names.map((name) => relation(name, `${name}.xml`)).join('')
  return zip({
    '[Content_Types].xml': '<Types/>',
    '_rels/.rels': relations(
      `${relation('officeDocument', 'word/document.xml')}${relation('core-properties', 'core.xml')}`,
    ),
    'word/document.xml': part('document', `<w:body>${plan.body}</w:body>`),
    'word/_rels/document.xml.rels': relations(own),
    'word/styles.xml': part('styles', plan.styles ?? ''),
    'word/numbering.xml': part('numbering', plan.numbering ?? ''),
    'word/footnotes.xml': part('footnotes', plan.footnotes ?? ''),
    'core.xml': `<c:p xmlns:c="c" xmlns:dc="d"><dc:title>${plan.title ?? ''}</dc:title></c:p>`,
    ...plan.more,
  })
}

/** A paragraph with one run of text. `properties` is XML. */
export function paragraph(text: string, properties = ''): string {
  return `<w:p><w:pPr>${properties}</w:pPr><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`
}

export function zip(files: Readonly<Record<string, string | Uint8Array>>): Uint8Array<ArrayBuffer> {
  const bytes = Object.entries(files).map(
    ([name, file]) =>
      [
        name,
        [typeof file === 'string' ? strToU8(file) : file, { level: levelOf(name) }],
      ] satisfies [string, ZippableFile],
  )
  return zipSync(Object.fromEntries(bytes))
}

/** The media type of a document stands in the ZIP as it is. */
function levelOf(name: string): 0 | 9 {
  return name === 'mimetype' ? 0 : 9
}

function part(name: string, content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<w:${name} xmlns:w="${W}">${content}</w:${name}>`
}

function relations(content: string): string {
  return `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${content}</Relationships>`
}

function relation(type: string, target: string): string {
  return `<Relationship Id="r-${type}" Type="${RELATION}/${type}" Target="${target}"/>`
}
