import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { docx, paragraph } from '../support/documents/docx.ts'
import { pdf, typed } from '../support/documents/pdf.ts'
import { failureOf } from '../support/documents/reading.ts'

const SAMPLES = {
  'a.pdf': () =>
    pdf({ pages: [typed(['One page.']), typed(['Another.'])], deflated: true, field: 'x' }),
  'b.pdf': () => pdf({ pages: [typed(['One page.'])], title: 'x' }),
  'a.docx': () =>
    docx({ body: paragraph('Words.', '<w:pStyle w:val="T"/>').repeat(20), styles: '' }),
} as const

const NAMES = ['a.pdf', 'b.pdf', 'a.docx'] as const

/** Bytes changed at these places, and perhaps the file's end cut off. */
const harm = fc.record({
  name: fc.constantFrom(...NAMES),
  changes: fc.array(fc.tuple(fc.nat(4_000), fc.nat(255)), { maxLength: 12 }),
  cut: fc.option(fc.nat(4_000), { nil: undefined }),
})

test('a file that came to harm is read or refused, and nothing else comes of it', async () => {
  await fc.assert(
    fc.asyncProperty(harm, async ({ name, changes, cut }) => {
      const whole = SAMPLES[name]()
      const bytes = whole.slice(0, cut === undefined ? undefined : cut % whole.length)
      for (const [at, byte] of changes) bytes[at % Math.max(1, bytes.length)] = byte
      const failure = await failureOf(bytes, name)
      expect(failure?.message ?? 'it was read').not.toBe('')
    }),
    { numRuns: 400 },
  )
})
