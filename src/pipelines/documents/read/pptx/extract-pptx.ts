import { nextTurn } from '../../../../pause.ts'
import { writeLines } from '../../ocr/recognised-lines.ts'
import type { Extracted } from '../../text/extracted.ts'
import { aboutPages, leftOut } from '../../text/notice.ts'
import { TextBuilder } from '../../text/text-builder.ts'
import { checkLength, type ExtractLimits } from '../extract-limits.ts'
import type { ExtractPorts } from '../extract-ports.ts'
import { readDrawing } from '../office/drawing-text.ts'
import { countOf, titleOf } from '../office/properties.ts'
import { type Relation, relationsOf } from '../office/relations.ts'
import { PackedPictures } from '../pictures/packed-pictures.ts'
import { PictureReader } from '../pictures/picture-reader.ts'
import { readXml } from '../zip/xml.ts'
import type { ZipPackage } from '../zip/zip-package.ts'
import { readPresentation } from './presentation.ts'
import { SlideLayouts } from './slide-layouts.ts'
import { SlideText } from './slide-text.ts'

/** Reads the slides of a presentation as pages: a slide's title, its texts, and its notes. */
export async function extractPptx(
  parts: ZipPackage,
  ports: ExtractPorts,
  limits: ExtractLimits,
): Promise<Extracted> {
  ports.say(0, 'Unpacking the presentation')
  await nextTurn(ports.signal)
  const { slides, properties } = readPresentation(parts)
  const builder = new TextBuilder()
  const reader = new PictureReader(ports)
  const packed = new PackedPictures(parts, reader)
  const lost: LostOfSlides = { hidden: 0, embedded: 0, comments: 0, blank: [], edges: new Set() }
  const layouts = new SlideLayouts(parts)
  const missing = slides.filter((path) => !parts.has(path)).length
  for (const [at, path] of slides.entries()) {
    ports.say((100 * at) / slides.length, `Reading slide ${at + 1} of ${slides.length}`)
    if (at % 20 === 0) await nextTurn(ports.signal)
    const related = relationsOf(parts, path)
    const pictures = await packed.read(related, (100 * at) / slides.length)
    readSlide(builder, { parts, path, related, pictures, page: at + 1, layouts }, lost)
    checkLength(builder.length, limits)
  }
  const notices = [
    ...leftOut('parts_missing', missing),
    ...leftOut('hidden_slides_left_out', lost.hidden),
    ...leftOut('embedded_left_out', lost.embedded),
    ...leftOut('comments_left_out', lost.comments),
    ...reader.notices(),
    ...aboutPages('pages_without_text', lost.blank),
  ]
  return builder.end(titleOf(parts.text(properties)), { notices })
}

/** Counts what is left out. `edges` has the footers that were written. */
type LostOfSlides = {
  hidden: number
  embedded: number
  comments: number
  readonly blank: number[]
  readonly edges: Set<string>
}

type PptxSlide = {
  readonly parts: ZipPackage
  readonly path: string
  readonly related: readonly Relation[]
  /** The lines of recognised pictures, by the ids that the slide uses. */
  readonly pictures: ReadonlyMap<string, readonly string[]>
  readonly page: number
  readonly layouts: SlideLayouts
}

function readSlide(
  builder: TextBuilder,
  { parts, path, related, pictures, page, layouts }: PptxSlide,
  lost: LostOfSlides,
): void {
  const xml = parts.text(path)
  const slide = new SlideText(builder, { kinds: new Set() })
  readXml(xml, slide)
  if (!slide.isShown) {
    lost.hidden++
    return
  }
  const before = builder.length
  builder.page(page)
  const insert = (id: string) => {
    const picture = pictures.get(id)
    const part = related.find((relation) => relation.id === id)
    if (picture !== undefined) writeLines(builder, picture)
    else if (part && part.type !== 'image') readDrawing(builder, parts.text(part.path))
  }
  readXml(xml, new SlideText(builder, { kinds: new Set(['title']) }))
  const body = new SlideText(builder, { kinds: new Set(['body']), insert })
  readXml(xml, body)
  lost.embedded += body.embedded
  appendEdges(builder, textOf(xml, 'edge'), lost.edges)
  if (builder.length > before && slide.hasMaster)
    appendEdges(builder, layouts.textOf(related), lost.edges)
  for (const { type, path: of } of related) {
    if (type === 'notesSlide') appendNotes(builder, parts.text(of))
    if (type === 'comments') lost.comments += countOf(parts.text(of), 'cm')
  }
  builder.break('paragraph')
  if (builder.length === before) lost.blank.push(page)
}

/** Writes a date, a footer and the words of a layout where they first appear. */
function appendEdges(builder: TextBuilder, text: string, seen: Set<string>): void {
  for (const line of text.split('\n')) {
    if (line.trim() === '' || seen.has(line)) continue
    seen.add(line)
    builder.line(line)
  }
}

function appendNotes(builder: TextBuilder, xml: string): void {
  const notes = textOf(xml, 'body')
  if (!/[\p{L}\p{N}]/u.test(notes)) return
  builder.break('paragraph')
  for (const line of `Notes: ${notes}`.split('\n')) builder.line(line)
}

function textOf(xml: string, kind: 'body' | 'edge'): string {
  const builder = new TextBuilder()
  readXml(xml, new SlideText(builder, { kinds: new Set([kind]) }))
  return builder.end().text
}
