import { describe, expect, test } from 'vitest'

import { docx } from '../support/documents/docx.ts'
import { pageXml, utf8, wholePdf } from '../support/documents/plain-files.ts'
import { read } from '../support/documents/reading.ts'

describe('the signal', () => {
  test('ends the reading of a PDF between two pages', async () => {
    const stop = new AbortController()
    const pages: string[] = []
    const say = (_: number, message: string) => {
      pages.push(message)
      if (pages.length === 3) stop.abort(new Error('the lease is lost'))
    }
    const file = wholePdf()
    await expect(read(file, 'a.pdf', { signal: stop.signal, say })).rejects.toThrow(
      'the lease is lost',
    )
    expect(pages).toHaveLength(3)
  })

  test.each([
    ['a.docx', docx({ body: pageXml() })],
    ['a.html', utf8('<!doctype html><html><body>words</body></html>')],
  ])('ends the reading of %s', async (name, bytes) => {
    const stop = new AbortController()
    const say = () => stop.abort(new Error('the lease is lost'))
    await expect(read(bytes, name, { signal: stop.signal, say })).rejects.toThrow(
      'the lease is lost',
    )
  })
})
