import type { TextBuilder } from '../../text/text-builder.ts'
import { readXml } from '../zip/xml.ts'

/** Writes the words of a chart, a diagram or a drawing, each on its line. */
export function readDrawing(builder: TextBuilder, xml: string): void {
  let words = false
  readXml(xml, {
    open: (name) => void (words = name === 't' || name === 'v'),
    text: (text) => {
      if (!words || !/\p{L}/u.test(text)) return
      builder.break('line')
      builder.text(text)
    },
    close: () => void (words = false),
  })
  builder.break('paragraph')
}
