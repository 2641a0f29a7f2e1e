import { afterEach, describe, expect, it, vi } from 'vitest'

import { RunObject } from '../../../src/index.ts'
import { Uploaded } from '../../../src/protocol/document.ts'
import { countRows, formOf, keysInR2, lawyer, type Lawyer, NO_ROWS, rowsIn } from '../documents.ts'
import { settings } from '../object.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const [head, tail] = [
  '--b\r\ncontent-disposition: form-data; name="matter"\r\n\r\nm\r\n--b\r\ncontent-disposition: form-data; name="files"; filename="a.txt"\r\n\r\nwhole\r\n--b\r\ncontent-disposition: form-data; name="files"; filename="b.bin"\r\n\r\n',
  '\r\n--b--\r\n',
]

/** A form whose second file has so many bytes. `end` decides how the form ends. */
function streamed(bytes: number, end: (controller: ReadableStreamDefaultController) => void) {
  let left = bytes
  return new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(head)),
    pull(controller) {
      if (left <= 0) return end(controller)
      controller.enqueue(new Uint8Array(Math.min(left, 65_536)).fill(97))
      left -= 65_536
    },
  })
}

const complete = (controller: ReadableStreamDefaultController) => {
  controller.enqueue(new TextEncoder().encode(tail))
  controller.close()
}

/** Checks that an upload leaves nothing behind. */
async function expectNothing(act: (who: Lawyer) => Promise<unknown>): Promise<void> {
  const who = await lawyer()
  const before = await keysInR2()
  await act(who)
  await expect.poll(() => keysInR2()).toEqual(before)
  expect(await countRows(who.owner)).toEqual(NO_ROWS)
}

const multipart = { 'content-type': 'multipart/form-data; boundary=b' }

describe('a failed upload leaves nothing', () => {
  it('if it is cut off within a file', () =>
    expectNothing(async (who) => {
      const body = streamed(6_000_000, (controller) => controller.close())
      const answer = await who.call('POST', '/api/documents', { body, headers: multipart })
      expect(answer.status).toBe(400)
    }))

  it('if its sender breaks off', () =>
    expectNothing(async (who) => {
      const body = streamed(6_000_000, (controller) => controller.error(new Error('gone')))
      const answer = await who.call('POST', '/api/documents', { body, headers: multipart })
      expect(answer.status).toBe(400)
    }))

  it('if it is too large, whatever its headers say', () =>
    expectNothing(async (who) => {
      const body = streamed(settings.upload_bytes, complete)
      const headers = { ...multipart, 'content-length': '1000' }
      const answer = await who.call('POST', '/api/documents', { body, headers })
      expect(answer.status).toBe(413)
      expect(await answer.json()).toMatchObject({ type: '/problems/too-large' })
    }))

  it.each([
    ['names no matter', ''],
    ['names a matter that is too long', 'm'.repeat(201)],
  ])('if it %s', (_, matter) =>
    expectNothing(async (who) => {
      const body = formOf([['a.txt', 'text']], matter)
      const answer = await who.call('POST', '/api/documents', { body })
      expect(answer.status).toBe(422)
      expect(await answer.json()).toMatchObject({ errors: [{ path: 'matter' }] })
    }),
  )

  it('if its run cannot be started', () =>
    expectNothing(async (who) => {
      vi.spyOn(console, 'error').mockReturnValue()
      const failure = Object.assign(new Error('no object is there'), { retryable: true })
      vi.spyOn(RunObject.prototype, 'create').mockRejectedValue(failure)
      expect((await who.sendFiles([['a.txt', 'text']])).status).toBeGreaterThanOrEqual(500)
    }))

  it('while a complete upload is stored', async () => {
    const who = await lawyer()
    const headers = multipart
    const body = streamed(11_000_000, complete)
    const answer = await who.call('POST', '/api/documents', { body, headers })
    expect(answer.status).toBe(202)
    const [, large] = Uploaded.parse(await answer.json()).documents
    const path = `/api/documents/${large?.document_id}/file`
    const bytes = await (await who.call('GET', path)).arrayBuffer()
    expect(bytes.byteLength).toBe(11_000_000)
    const stored = await rowsIn('documents', who.owner)
    expect(stored.map(({ size }) => Number(size))).toContain(bytes.byteLength)
  })
})
