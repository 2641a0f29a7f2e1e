import type { TextBuilder } from '../../text/text-builder.ts'
import { readXml } from '../zip/xml.ts'

/**
 * Writes the words of a chart, a diagram or a drawing: each paragraph of a text, and each name of a chart, on its line.
 * The numbers of a chart are no words.
 */
export function readDrawing(builder: TextBuilder, xml: string): void {
  let element = ''
  let depth = 0
  readXml(xml, {
    open: (name) => {
      element = name
      if (name === 'p' && depth++ === 0) builder.break('line')
      if (name === 'br') builder.break('line')
    },
    text: (text) => {
      const isWords = depth > 0 && element === 't'
      if (isWords) builder.text(text)
      else if ((element === 't' || element === 'v') && /\p{L}/u.test(text)) {
        builder.break('line')
        builder.text(text)
      }
    },
    close: (name) => {
      element = ''
      if (name === 'p' && depth > 0) depth--
    },
  })
  builder.break('paragraph')
}
