import { describe, expect, it } from 'vitest'
import { z } from 'zod'

import { Uploaded } from '../../../src/protocol/document.ts'
import { keysInR2, lawyer, MATTER } from '../documents.ts'

const Names = z.object({ documents: z.array(z.object({ name: z.string() })) })

/** A form with this file name byte for byte, which no browser would write. */
function rawForm(filename: string) {
  const text = `--b\r\ncontent-disposition: form-data; name="matter"\r\n\r\n${MATTER}\r\n--b\r\ncontent-disposition: form-data; name="files"; filename="${filename}"\r\n\r\ncontent of ${filename.length}\r\n--b--\r\n`
  return { body: text, headers: { 'content-type': 'multipart/form-data; boundary=b' } }
}

describe("a document's routes", () => {
  it('answer another owner as for a document that does not exist', async () => {
    const who = await lawyer()
    const { run_id, document_id } = await who.uploadOne('a.txt', 'Some text.')
    await who.follow(run_id)
    const before = await keysInR2()
    const stranger = await lawyer()
    const routes = [
      ['GET', `/api/documents/ID`],
      ['DELETE', `/api/documents/ID`],
      ['GET', `/api/documents/ID/file`],
      ['PUT', `/api/documents/ID/file`],
      ['GET', `/api/documents/ID/chunks`],
      ['GET', `/api/documents/ID/outline`],
      ['GET', `/api/documents/ID/passages/0`],
      ['GET', `/api/documents/ID/pages/1`],
      ['POST', `/api/documents/ID/retry`],
      ['GET', `/documents/ID/status`],
      ['GET', `/progress/documents/ID/stream`],
    ] as const
    const ask = async (method: string, path: string, id: string) => {
      const init = method === 'PUT' ? { body: 'Other text.' } : {}
      const answer = await stranger.call(method, path.replace('ID', id), init)
      const { request_id: _, ...problem } = z.looseObject({}).parse(await answer.json())
      return { status: answer.status, problem }
    }
    for (const [method, path] of routes) {
      const theirs = await ask(method, path, document_id)
      expect(theirs).toMatchObject({ status: 404, problem: { type: '/problems/not-found' } })
      expect(await ask(method, path, '0'.repeat(32))).toEqual(theirs)
      expect(await ask(method, path, 'no-id')).toEqual(theirs)
    }
    const listed = await stranger.call('GET', '/api/documents')
    expect(await listed.json()).toEqual({ documents: [], next_cursor: null })
    expect(await who.document(document_id)).toMatchObject({ name: 'a.txt', status: 'ready' })
    expect(await keysInR2()).toEqual(before)
  })

  it.each([
    ['../../../etc/passwd.txt', 'passwd.txt'],
    ['C:/cases/7.txt', '7.txt'],
    ['a%0D%0Aset-cookie: x=1.txt', 'aset-cookie: x=1.txt'],
    ['Vertrag %22neu%22.txt', 'Vertrag "neu".txt'],
    ['\u202Efdp.exe\u2066.txt', 'fdp.exe.txt'],
    ['..', 'unnamed'],
    [`${'x'.repeat(5_000)}.txt`, `${'x'.repeat(234)}…${'x'.repeat(16)}.txt`],
    ['Kläger 原告.txt', 'Kläger 原告.txt'],
  ])('show the name %j as %j, and send the file as an attachment', async (sent, shown) => {
    const who = await lawyer()
    const answer = await who.call('POST', '/api/documents', rawForm(sent))
    const { run_id, documents } = Uploaded.parse(await answer.json())
    expect(documents).toMatchObject([{ name: shown }])
    const list = Names.parse(await (await who.call('GET', '/api/documents')).json())
    expect(list).toEqual({ documents: [expect.objectContaining({ name: shown })] })
    const file = await who.call('GET', `/api/documents/${documents[0]?.document_id}/file`)
    expect(new TextDecoder().decode(await file.arrayBuffer())).toBe(`content of ${sent.length}`)
    const { 'content-disposition': disposition, ...headers } = Object.fromEntries(file.headers)
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'x-content-type-options': 'nosniff',
    })
    const [, plain, encoded] =
      /^attachment; filename="([ !#$&-[\]-~]*)"; filename\*=UTF-8''([!#$&+\-.^_`|~\w%]+)$/.exec(
        disposition ?? '',
      ) ?? []
    expect(plain).toBeDefined()
    expect(decodeURIComponent(encoded ?? '')).toBe(shown)
    await who.follow(run_id)
  })
})
