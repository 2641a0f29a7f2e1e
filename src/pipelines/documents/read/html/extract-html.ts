import { nextTurn } from '../../../../pause.ts'
import { charsetOf, decodePage } from '../../../html/charset.ts'
import { readHtml } from '../../../html/html-events.ts'
import { mainText } from '../../../html/main-text.ts'
import { readTags } from '../../../html/tags.ts'
import type { Extracted } from '../../text/extracted.ts'
import { decodeText } from '../decode-text.ts'
import type { ExtractPorts } from '../extract-ports.ts'
import { HtmlText } from './html-text.ts'

/** Of what there is to read, the main text has at least as much, or something of it was lost. */
const MAIN_SHARE = 0.8
/** Leaving out a site's menus leaves at least as much, or they were none. */
const BODY_SHARE = 0.5

/** So long a text is a document by itself, and no page around one. */
const LONG = 60_000

/** Where its links lead is not asked for. */
const NOWHERE = 'https://document.invalid/'

/**
 * An HTML file's main text, where it has one that leaves nothing out; else all of its text without
 * menus. A law in a table layout has no main text that a reader mode would find.
 */
export async function extractHtml(bytes: Uint8Array, ports: ExtractPorts): Promise<Extracted> {
  ports.say(0, 'Reading the page')
  const charset = charsetOf(bytes, null)
  const html = charset === undefined ? decodeText(bytes) : decodePage(bytes, null)
  const body = bodyOf(html)
  await nextTurn(ports.signal)
  ports.say(30, 'Looking for the main text')
  const main = body.chars > LONG ? undefined : await mainOf(html)
  await nextTurn(ports.signal)
  const best = main && main.chars >= body.chars * MAIN_SHARE ? main : body
  return best.end(titleOf(html))
}

function bodyOf(html: string): HtmlText {
  const whole = new HtmlText({ whole: true })
  const body = new HtmlText({ whole: false })
  readHtml(html, [whole, body])
  return body.chars >= whole.chars * BODY_SHARE ? body : whole
}

async function mainOf(html: string): Promise<HtmlText | undefined> {
  const main = await mainText(html, NOWHERE)
  if (main === null) return undefined
  const text = new HtmlText({ whole: true })
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
