import { setImmediate as nextTurn } from 'node:timers/promises'

import * as fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'

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

test('a page that is not there is told of once, also where the file has a form', async () => {
  const unheard: unknown[] = []
  const hear = (error: unknown) => void unheard.push(error)
  process.on('unhandledRejection', hear)
  onTestFinished(() => void process.off('unhandledRejection', hear))
  const text = Buffer.from(SAMPLES['a.pdf']()).toString('latin1')
  const broken = text.replace('/Kids[6 0 R', '/Kids[9 0 R')
  expect(broken).not.toBe(text)
  const failure = await failureOf(Uint8Array.from(Buffer.from(broken, 'latin1')), 'a.pdf')
  await nextTurn()
  expect(failure?.code).toBe('damaged')
  expect(unheard).toEqual([])
})
