import { nextTurn } from '../../../../pause.ts'
import type { Extracted } from '../../text/extracted.ts'
import { TextBuilder } from '../../text/text-builder.ts'
import type { ExtractLimits } from '../extract-limits.ts'
import type { ExtractPorts } from '../extract-ports.ts'
import { DocxBody } from './body.ts'
import { DocxNumbering } from './numbering.ts'
import { type DocxParts, readPackage } from './package.ts'
import { readStyles } from './styles.ts'
import { readXml } from './xml.ts'

/** Reads the text of a DOCX. Unpacks only the needed parts, and reads their XML in one pass without a tree. */
export async function extractDocx(
  zip: Uint8Array,
  ports: ExtractPorts,
  limits: ExtractLimits,
): Promise<Extracted> {
  ports.say(0, 'Unpacking the document')
  await nextTurn(ports.signal)
  const parts = readPackage(zip, limits)
  ports.say(30, 'Reading the text')
  await nextTurn(ports.signal)
  const builder = new TextBuilder()
  const styles = readStyles(parts.styles)
  const shape = { styles, numbering: DocxNumbering.of(parts.numbering, styles) }
  const body = new DocxBody(builder, shape)
  readXml(parts.document, body)
  ports.say(80, 'Reading the notes')
  await nextTurn(ports.signal)
  appendNotes(builder, parts, body.notes)
  return builder.end(titleOf(parts.properties))
}

/** Adds the notes at the end of the text, each after the number of its reference. */
function appendNotes(builder: TextBuilder, parts: DocxParts, notes: readonly string[]): void {
  if (notes.length === 0) return
  const texts = new Map([
    ...noteTexts(parts.footnotes, 'footnote'),
    ...noteTexts(parts.endnotes, 'endnote'),
  ])
  builder.break('paragraph')
  for (const [at, note] of notes.entries()) {
    for (const line of `[${at + 1}] ${texts.get(note) ?? ''}`.split('\n')) builder.line(line)
  }
}

/** Returns the notes' texts by name, such as 'footnote 2'. */
function noteTexts(xml: string, kind: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  const shape = { styles: new Map(), numbering: new DocxNumbering(new Map()) }
  let note:
    | { readonly id: string; readonly builder: TextBuilder; readonly body: DocxBody }
    | undefined
  readXml(xml, {
    open: (name, attribute) => {
      if (name === kind) note = begin(attribute('id') ?? '')
      else note?.body.open(name, attribute)
    },
    text: (text) => note?.body.text(text),
    close: (name) => {
      if (name !== kind) return note?.body.close(name)
      if (note) texts.set(`${kind} ${note.id}`, note.builder.end().text)
      note = undefined
    },
  })
  return texts

  function begin(id: string) {
    const builder = new TextBuilder()
    return { id, builder, body: new DocxBody(builder, shape) }
  }
}

function titleOf(properties: string): string {
  let title = ''
  let inTitle = false
  readXml(properties, {
    open: (name) => void (inTitle = name === 'title'),
    text: (text) => void (title += inTitle ? text : ''),
    close: () => void (inTitle = false),
  })
  return title
}
