import { nextTurn } from '../../../../pause.ts'
import type { DocumentNotice } from '../../../../protocol/document.ts'
import { readHtml } from '../../../html/html-events.ts'
import { mainText } from '../../../html/main-text.ts'
import { readTags } from '../../../html/tags.ts'
import type { Extracted } from '../../text/extracted.ts'
import { encodingsGuessed, leftOut } from '../../text/notice.ts'
import { decodeHtml, unknownEncoding } from '../decode-text.ts'
import type { ExtractPorts } from '../extract-ports.ts'
import { isDataPicture } from '../pictures/data-address.ts'
import { HtmlPictures, type LinesByAddress } from '../pictures/html-pictures.ts'
import { PictureReader } from '../pictures/picture-reader.ts'
import { isOtherXml } from '../xml/xml-kind.ts'
import { HtmlText } from './html-text.ts'
import { keepMarks } from './kept-marks.ts'
import { opened } from './self-closed.ts'
import { shownHtml } from './shown-html.ts'

/** A main text with less than this share of the page's text has lost a part of the document. */
const MAIN_SHARE = 0.8
/** If the page without its menus has less than this share of the text, the menus hold a part of the document. */
const BODY_SHARE = 0.5

/** A text of more characters than this is a whole document, without a page around it. */
const LONG = 60_000

/** The address that relative links are resolved against. Nobody uses the resolved links. */
const NOWHERE = 'https://document.invalid/'

/**
 * Reads the main text of an HTML file if it holds nearly all of the text, or else all text without menus. A reader
 * mode finds no main text in a law that is laid out as a table.
 */
export async function extractHtml(bytes: Uint8Array, ports: ExtractPorts): Promise<Extracted> {
  ports.say(0, 'Reading the page')
  const decoded = await decodeHtml(bytes)
  const { html, hidden } = shownHtml(await pageOf(decoded))
  const reader = new PictureReader(ports)
  const pictures = await new HtmlPictures(reader).read(html, 0)
  const { whole, body } = bodyOf(html, pictures)
  await nextTurn(ports.signal)
  ports.say(30, 'Looking for the main text')
  // The reader mode drops forms and may drop pictures.
  const isWhole = body.chars > LONG || body.hasForm || pictures.size > 0
  const main = isWhole ? undefined : await mainOf(html)
  await nextTurn(ports.signal)
  const title = titleOf(html)
  const unknown = await unknownEncoding(bytes)
  const all = body.end(title)
  const chosen = main && main.chars >= body.chars * MAIN_SHARE ? main.end(title) : undefined
  const best = chosen && !losesHeading(chosen, all) ? chosen : all
  const notices = [
    ...leftOut('hidden_text_left_out', hidden),
    ...noticesOf(best, { whole, html }),
    ...encodingsGuessed(unknown === undefined ? [] : [unknown]),
    ...reader.notices(),
  ]
  return { ...best, notices, unpaged: true }
}

/** Writes XML as a page. */
async function pageOf(text: string): Promise<string> {
  if (isOtherXml(text)) return (await import('../xml/xml-html.ts')).htmlOfXml(text)
  return /^\s*<\?xml\b/.test(text) ? opened(text) : text
}

/** Menus and footers with fewer characters than this are on every page. */
const ASIDE_CHARS = 40

/** Says what the chosen text lacks of the whole page. */
function noticesOf(
  { text }: Extracted,
  { whole, html }: { readonly whole: HtmlText; readonly html: string },
): DocumentNotice[] {
  const lost = whole.seen - text.replaceAll(/\s+/g, '').length
  return [
    ...leftOut('asides_left_out', lost >= ASIDE_CHARS ? Math.max(1, whole.asides) : 0),
    ...leftOut('frames_left_out', framesOf(html)),
  ]
}

function framesOf(html: string): number {
  let frames = 0
  readTags(html, {
    open: (name, attributes) => {
      const source =
        attributes.get('src') ?? attributes.get('srcdoc') ?? attributes.get('data') ?? ''
      const isPage = source !== '' && !source.startsWith('about:') && !isDataPicture(source)
      if (FRAMES.has(name) && isPage) frames++
    },
  })
  return frames
}

const FRAMES = new Set(['iframe', 'frame', 'object', 'embed'])

/** The characters at the end of the main text by which its end is found in the whole text. */
const TAIL = 80

/** Whether the main text lacks a heading that stands above its end. Headings below it are of other content. */
function losesHeading(main: Extracted, all: Extracted): boolean {
  const tail = main.text.slice(-TAIL)
  const at = all.text.lastIndexOf(tail)
  const end = at === -1 ? all.text.length : at + tail.length
  let next = 0
  for (const { start, text } of all.headings) {
    if (start >= end) return false
    const found = main.headings.findIndex((heading, n) => n >= next && heading.text === text)
    if (found === -1) return true
    next = found + 1
  }
  return false
}

function bodyOf(
  html: string,
  pictures: LinesByAddress,
): { readonly whole: HtmlText; readonly body: HtmlText } {
  const whole = new HtmlText({ html, pictures, whole: true })
  const body = new HtmlText({ html, pictures, whole: false })
  readHtml(html, [whole, body])
  return { whole, body: body.chars >= whole.chars * BODY_SHARE ? body : whole }
}

async function mainOf(html: string): Promise<HtmlText | undefined> {
  const main = await mainText(keepMarks(html), NOWHERE)
  if (main === null) return undefined
  const text = new HtmlText({ html: main, whole: true })
  readHtml(main, [text])
  return text
}

function titleOf(html: string): string {
  let title: string | undefined
  let inTitle = false
  readTags(html, {
    open: (name) => void (inTitle = name === 'title' && title === undefined),
    text: (text) => {
      if (inTitle) title = (title ?? '') + text
    },
    close: () => void (inTitle = false),
  })
  return title ?? ''
}
