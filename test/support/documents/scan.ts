import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { joined, objectsOf, typed } from './pdf.ts'

/** A picture of two lines at 150 dots an inch, slightly turned: eight bits of grey, without interlace. */
export const SCAN = new Uint8Array(readFileSync(join(import.meta.dirname, 'scan.png')))
export const SCANNED = [
  'The tenant shall pay the rent in May.',
  'Der Mieter zahlt die Miete für Juni.',
]

/** A PDF whose first page is text, and whose second page is the picture. */
export function scannedPdf(words = 'Page one is typed.'): Uint8Array<ArrayBuffer> {
  const view = new DataView(SCAN.buffer, SCAN.byteOffset)
  const [width, height] = [view.getUint32(16), view.getUint32(20)]
  const objects = objectsOf({ pages: [typed([words]), []] })
  const image = objects.length + 1
  const draw = `q ${(width * 72) / 150} 0 0 ${(height * 72) / 150} 40 600 cm /I Do Q`
  objects[7] = `<</Type/Page/Parent 3 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</I ${image} 0 R>>>>/Contents 9 0 R>>`
  objects[8] = `<</Length ${draw.length}>>\nstream\n${draw}\nendstream`
  const data = packedRows()
  objects.push(
    `<</Type/XObject/Subtype/Image/Width ${width}/Height ${height}/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/FlateDecode/DecodeParms<</Predictor 15/Colors 1/BitsPerComponent 8/Columns ${width}>>/Length ${data.length}>>\nstream\n${data}\nendstream`,
  )
  return joined('', objects, '')
}

/** The rows of the picture as the PNG has them packed: a PDF has the same form. */
function packedRows(): string {
  const text = String.fromCharCode(...SCAN)
  const at = text.indexOf('IDAT')
  const size = new DataView(SCAN.buffer, SCAN.byteOffset).getUint32(at - 4)
  return text.slice(at + 4, at + 4 + size)
}
