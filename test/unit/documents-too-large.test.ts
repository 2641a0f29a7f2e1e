import { describe, expect, test } from 'vitest'

import { EXTRACT_LIMITS } from '../../src/pipelines/documents/read/extract-limits.ts'
import { docx } from '../support/documents/docx.ts'
import { pageXml, utf8, wholePdf } from '../support/documents/plain-files.ts'
import { failureOf } from '../support/documents/reading.ts'

describe('a document that is too large', () => {
  test.each([
    { what: 'bytes of text', name: 'a.txt', bytes: utf8('word '.repeat(100)), text_bytes: 400 },
    { what: 'pages', name: 'a.pdf', bytes: wholePdf(), pages: 19 },
    { what: 'characters on its pages', name: 'a.pdf', bytes: wholePdf(), chars: 60 },
    { what: 'characters', name: 'a.docx', bytes: docx({ body: pageXml() }), chars: 60 },
    { what: 'bytes of XML', name: 'a.docx', bytes: docx({ body: pageXml() }), part_bytes: 2_000 },
  ])('is refused for too many $what', async ({ name, bytes, ...limit }) => {
    const { what: _, ...own } = limit
    const failure = await failureOf(bytes, name, { limits: { ...EXTRACT_LIMITS, ...own } })
    expect(failure?.code).toBe('too_large')
  })
})
