import { expect, test } from 'vitest'

import { joined, objectsOf, typed } from '../support/documents/pdf.ts'
import { read } from '../support/documents/reading.ts'

const words = (y: number, text: string) => `BT /F 12 Tf 72 ${y} Td (${text}) Tj ET`

/** A page with a layer that is off (object 8) and one that is on (object 9). */
function layered(content: string, off = '8 0 R'): Uint8Array {
  const catalog = `/OCProperties<</OCGs[8 0 R 9 0 R]/D<</OFF[${off}]>>>>`
  const objects = objectsOf({ pages: [typed(['x'])], catalog }).map((object, at) => {
    if (at === 6) return `<</Length ${content.length}>>\nstream\n${content}\nendstream`
    return object.replace('/Resources<<', '/Resources<</Properties<</Off 8 0 R/On 9 0 R>>')
  })
  return joined('', [...objects, '<</Type/OCG/Name(Off)>>', '<</Type/OCG/Name(On)>>'], '')
}

const PAGE = [
  words(700, 'The rent is due.'),
  `/OC /Off BDC /Span <</Lang(fr)>> BDC ${words(680, 'Le loyer')} EMC ${words(660, 'est exigible.')} EMC`,
  `/OC /On BDC ${words(640, 'On the first day.')} EMC`,
  words(620, 'End.'),
].join('\n')

test('words on a layer that is off are left out, and named', async () => {
  const { text, notices } = await read(layered(PAGE), 'a.pdf')
  expect(text.split(/\n+/)).toEqual(['The rent is due.', 'On the first day.', 'End.'])
  expect(notices).toMatchObject([{ code: 'hidden_text_left_out', count: 1 }])
})

test('all words are read if all layers are on', async () => {
  const { text, notices } = await read(layered(PAGE, ''), 'a.pdf')
  expect(text.split(/\n+/)).toHaveLength(5)
  expect(notices).toEqual([])
})
