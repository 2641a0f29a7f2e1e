import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { readForm } from '../../src/api/documents/multipart.ts'
import { ProblemError } from '../../src/api/problem.ts'

const limits = { form_bytes: 1_000_000, field_bytes: 200, parts: 20 }
const BOUNDARY = '----runcast'

type Part = { readonly name: string; readonly filename?: string; readonly bytes: Uint8Array }

const encode = (text: string) => new TextEncoder().encode(text)

function bodyOf(parts: readonly Part[], end = `--${BOUNDARY}--\r\n`): Uint8Array {
  const chunks = parts.flatMap(({ name, filename, bytes }) => {
    const file = filename === undefined ? '' : `; filename="${filename}"`
    const head = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"${file}\r\n\r\n`
    return [encode(head), bytes, encode('\r\n')]
  })
  return Buffer.concat([...chunks, encode(end)])
}

/** A request whose body comes in chunks of these sizes. `pulled` counts the chunks that were read. */
function requestOf(body: Uint8Array, sizes: readonly number[] = [65_536], boundary = BOUNDARY) {
  const seen = { pulled: 0 }
  let at = 0
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const size = sizes[seen.pulled % sizes.length] ?? body.length
        seen.pulled += 1
        if (at >= body.length) return controller.close()
        controller.enqueue(body.slice(at, at + size))
        at += size
      },
    },
    { highWaterMark: 0 },
  )
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` }
  const init = { method: 'POST', headers, body: stream, duplex: 'half' }
  return { request: new Request('http://runcast.test/', init), seen }
}

async function partsOf(request: Request) {
  const parts: { kind: string; name: string; bytes: Uint8Array }[] = []
  for await (const part of readForm(request, limits)) {
    if (part.kind === 'field')
      parts.push({ kind: 'field', name: part.name, bytes: encode(part.value) })
    else {
      const chunks: Uint8Array[] = []
      for await (const bytes of part.bytes) chunks.push(bytes.slice())
      parts.push({ kind: 'file', name: part.name, bytes: Buffer.concat(chunks) })
    }
  }
  return parts.map(({ bytes, ...part }) => ({ ...part, bytes: Buffer.from(bytes).toString('hex') }))
}

async function refusalOf(request: Request): Promise<unknown> {
  const failed = await partsOf(request).catch((error: unknown) => error)
  if (!(failed instanceof ProblemError)) throw new Error('it was taken', { cause: failed })
  return { code: failed.code, detail: failed.message }
}

describe('a form', () => {
  it('is read as it was written, whatever its chunks are', async () => {
    const part = fc.record({
      name: fc.constantFrom('matter', 'files', 'ä'),
      filename: fc.option(fc.constantFrom('a.pdf', 'b c.txt'), { nil: undefined }),
      bytes: fc.oneof(
        fc.uint8Array({ maxLength: 150 }),
        fc.constantFrom(
          encode(`\r\n--${BOUNDARY.slice(0, -1)}`),
          encode('\r\n--'),
          encode(`${BOUNDARY}--`),
        ),
      ),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { minLength: 1, maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 5 }),
        async (written, sizes) => {
          const parts = written.map(({ filename, ...one }): Part => {
            // Only a file may have any bytes. A field is text.
            const text = Buffer.from(one.bytes)
              .toString('latin1')
              .replaceAll(/[^a-z]/g, 'a')
            return filename === undefined ? { ...one, bytes: encode(text) } : { ...one, filename }
          })
          const expected = parts.map(({ name, filename, bytes }) => ({
            kind: filename === undefined ? 'field' : 'file',
            name: filename ?? name,
            bytes: Buffer.from(bytes).toString('hex'),
          }))
          expect(await partsOf(requestOf(bodyOf(parts), sizes).request)).toEqual(expected)
        },
      ),
      { seed: 20_261_122, numRuns: 300 },
    )
  })

  it('is read as the platform writes it, with any names and bytes', async () => {
    // Two backslashes are one to curl, which escapes them. Browsers do not.
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .map((name) => name.replaceAll(/\\+/g, '\\'))
    const bytes = fc.uint8Array({ maxLength: 100 })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(text, bytes), { minLength: 1, maxLength: 4 }),
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 5 }),
        async (files, sizes) => {
          const form = new FormData()
          for (const [name, content] of files)
            form.append('files', new File([content.slice()], name))
          const written = new Response(form)
          const boundary = written.headers.get('content-type')?.split('boundary=')[1]
          const whole = new Uint8Array(await written.arrayBuffer())
          const expected = files.map(([name, content]) => ({
            kind: 'file',
            // The standard turns each line end in a name into CRLF.
            name: name.toWellFormed().replaceAll(/\r\n?|\n/g, '\r\n'),
            bytes: Buffer.from(content).toString('hex'),
          }))
          expect(await partsOf(requestOf(whole, sizes, boundary).request)).toEqual(expected)
        },
      ),
      { seed: 20_261_129, numRuns: 300 },
    )
  })

  it('may have lines before its first part, white space after a boundary, and lines at its end', async () => {
    const head = 'Content-Disposition: FORM-DATA ; filename = "x" ; NAME=files; filename="a.txt"'
    const body = `Hello\r\n--${BOUNDARY} \t\r\nx: y\r\n${head}\r\n\r\nabc\r\n--${BOUNDARY}--\r\nBye`
    for (const size of [1, 7, 1_000]) {
      const parts = await partsOf(requestOf(encode(body), [size]).request)
      expect(parts).toEqual([{ kind: 'file', name: 'a.txt', bytes: '616263' }])
    }
  })

  it('is read no faster than its files are stored', async () => {
    const bytes = new Uint8Array(500_000)
    const { request, seen } = requestOf(bodyOf([{ name: 'files', filename: 'a', bytes }]), [10_000])
    for await (const part of readForm(request, limits)) {
      if (part.kind !== 'file') continue
      for await (const chunk of part.bytes) {
        expect(chunk.length).toBeLessThanOrEqual(10_000)
        break
      }
      expect(seen.pulled).toBeLessThanOrEqual(2)
    }
    expect(seen.pulled).toBeGreaterThan(50)
  })

  it.each([
    ['Akten\\', 'Akten\\'],
    ['C:\\Akten\\a.txt', 'C:\\Akten\\a.txt'],
    // As curl writes quotes and backslashes.
    ['the \\"last\\" will', 'the "last" will'],
    ['the \\"will\\"', 'the "will"'],
    ['a\\\\b', 'a\\b'],
  ])('gives %s as %s', async (written, name) => {
    const head = `Content-Disposition: form-data; name="files"; filename="${written}"`
    const body = `--${BOUNDARY}\r\n${head}\r\n\r\nabc\r\n--${BOUNDARY}--\r\n`
    const parts = await partsOf(requestOf(encode(body), [1_000]).request)
    expect(parts).toEqual([{ kind: 'file', name, bytes: '616263' }])
  })

  it('gives a name as it was sent, except for characters that a browser cannot write', async () => {
    const names = ['../../etc/passwd', 'Akten/7 – Kläger 100%.pdf', 'a%22b%0D%0Ac.txt', '']
    const parts = names.map((filename) => ({ name: 'files', filename, bytes: encode('x') }))
    const found = await partsOf(requestOf(bodyOf(parts)).request)
    expect(found.map(({ name }) => name)).toEqual([
      '../../etc/passwd',
      'Akten/7 – Kläger 100%.pdf',
      'a"b\r\nc.txt',
      'files',
    ])
  })
})

const START = `--${BOUNDARY}\r\n`
const NAMED = 'content-disposition: form-data; name="files"; filename="a.txt"'
const END = `\r\n--${BOUNDARY}--\r\n`

describe('an invalid form', () => {
  const file = { name: 'files', filename: 'a.txt', bytes: encode('abc') }

  it.each([
    ['has no end', bodyOf([file], ''), 'invalid-form'],
    ['ends within a file', bodyOf([file]).slice(0, 90), 'invalid-form'],
    [
      'has a field that is too long',
      bodyOf([{ name: 'matter', bytes: new Uint8Array(300) }]),
      'too-large',
    ],
    ['has too many parts', bodyOf(Array.from({ length: 21 }, () => file)), 'too-large'],
    ['has header lines without end', encode(`${START}${'x: y\r\n'.repeat(4_000)}`), 'too-large'],
    ['has one header line without end', encode(`${START}x: ${'y'.repeat(20_000)}`), 'too-large'],
    ['has header lines that no CRLF ends', encode(START + 'x: y\n'.repeat(4_000)), 'too-large'],
    ['begins with anything else for long', Buffer.alloc(20_000, '-'), 'too-large'],
    ['has no boundary in it', encode('abc'), 'invalid-form'],
    ['has a part without a name', encode(`${START}x: y\r\n\r\nabc${END}`), 'invalid-form'],
    ['has an invalid header line', encode(`${START}xy\r\n\r\nabc${END}`), 'invalid-form'],
    ['has a part without header lines', encode(`${START}\r\nabc${END}`), 'invalid-form'],
    [
      'has more than a boundary in its line',
      encode(`--${BOUNDARY}x\r\n${NAMED}\r\n\r\nabc${END}`),
      'invalid-form',
    ],
    ['is too large', bodyOf([{ ...file, bytes: new Uint8Array(1_000_001) }]), 'too-large'],
  ])('is refused if it %s', async (_, body, code) => {
    expect(await refusalOf(requestOf(body, [50]).request)).toMatchObject({ code })
  })

  it('is refused if its type is another', async () => {
    for (const type of ['application/json', 'multipart/form-data', 'multipart/mixed; boundary=x']) {
      const init = { method: 'POST', headers: { 'content-type': type }, body: 'x' }
      const answer = await refusalOf(new Request('http://runcast.test/', init))
      expect(answer).toMatchObject({ code: 'unsupported-media-type' })
    }
  })

  it('is refused if it is compressed', async () => {
    const headers = {
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      'content-encoding': 'gzip',
    }
    const init = { method: 'POST', headers, body: bodyOf([file]).slice() }
    const answer = await refusalOf(new Request('http://runcast.test/', init))
    expect(answer).toMatchObject({ code: 'unsupported-media-type' })
  })

  it('is refused if its sender breaks off', async () => {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(bodyOf([file], '')),
      pull: (controller) => controller.error(new Error('gone')),
    })
    const headers = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` }
    const init = { method: 'POST', headers, body, duplex: 'half' }
    const answer = await refusalOf(new Request('http://runcast.test/', init))
    expect(answer).toEqual({
      code: 'invalid-form',
      detail: 'The body ended before it was complete.',
    })
  })
})
