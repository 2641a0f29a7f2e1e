import { describe, expect, it } from 'vitest'

import { readStream } from '../../src/client/transports/event-stream.ts'
import type { StreamMessage } from '../../src/client/transports/run-event.ts'

type Bytes = Uint8Array<ArrayBuffer>

const encoder = new TextEncoder()
const nobody = { onActivity() {}, onRetry() {} }

function streamOf(chunks: readonly Bytes[], cancel = (): void => undefined): Response {
  const left = [...chunks]
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = left.shift()
      if (chunk === undefined) controller.close()
      else controller.enqueue(chunk)
    },
    cancel,
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

async function read(chunks: readonly Bytes[]) {
  const told: StreamMessage[] = []
  const retries: number[] = []
  const listener = { onActivity() {}, onRetry: (ms: number) => retries.push(ms) }
  for await (const event of readStream(streamOf(chunks), listener)) told.push(event)
  return { told, retries }
}

/** The stream in one chunk, in two chunks cut at every byte, and in chunks of one byte. */
function cuts(bytes: Bytes): Bytes[][] {
  const halves = Array.from(bytes, (_, at) => [bytes.subarray(0, at), bytes.subarray(at)])
  return [[bytes], ...halves, Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))]
}

function message(data: string, event = 'message'): StreamMessage {
  return { event, data }
}

const long = 'long '.repeat(600)

/** Each entry has a name, a stream, and its events. */
const formats: readonly (readonly [string, string | Bytes, readonly StreamMessage[]])[] = [
  ['a byte order mark at the beginning is skipped', '\uFEFFdata: 1\n\n', [message('1')]],
  ['a byte order mark alone is an empty stream', '\uFEFF', []],
  [
    'a second byte order mark is text, and so is one further on',
    '\uFEFF\uFEFFdata:1\n\ndata:2\n\n\uFEFFdata:3\n\ndata:\uFEFF4\n\n',
    [message('2'), message('\uFEFF4')],
  ],
  [
    'the characters of a mark read as Latin-1 are text',
    '\u00EF\u00BB\u00BFdata:1\n\ndata:2\n\n',
    [message('2')],
  ],
  [
    'a comment ends no event, however long it is, and whatever is in it',
    `data:1\n:\u0000\n:\ndata:2\n:${long}\ndata:3\n:data:fail\r:${long}${long}\rdata:4\n\n`,
    [message('1\n2\n3\n4')],
  ],
  ['comments alone are no event', ':\n\n: heartbeat\n\n', []],
  [
    'a line of a name alone is a field without a value',
    'data:\n\ndata\ndata\n\ndata:end\n\n',
    [message(''), message('\n'), message('end')],
  ],
  [
    'an event without data is dropped, and its name is forgotten',
    'event:a\n\ndata:1\n\n',
    [message('1')],
  ],
  [
    'an event has the last of its names',
    'event:a\nevent: b\ndata:1\n\ndata:2\n\n',
    [message('1', 'b'), message('2')],
  ],
  [
    'an empty name counts as no name',
    'event:a\nevent:\ndata:1\n\nevent\ndata:2\n\n',
    [message('1'), message('2')],
  ],
  [
    'a name keeps its case and inner blanks',
    'event:  Big News\ndata:1\n\n',
    [message('1', ' Big News')],
  ],
  [
    'fields are known by their exact name',
    'data:1\nDATA:no\n data:no\ndata :no\nDatas:no\ndat:no\nother:no\nother\ndata:2\n\n',
    [message('1\n2')],
  ],
  [
    'one blank after the colon is left out, one more is text, and a tab is',
    'data:\tt\ndata: s\ndata:  ss\ndata:n\ndata: \n\n',
    [message('\tt\ns\n ss\nn\n')],
  ],
  ['further colons are text', 'data::\ndata: a: b:\n\n', [message(':\na: b:')]],
  [
    'CR, LF and CRLF each end a line',
    'data:1\r\ndata:2\ndata:3\rdata:4\r\n\r\n',
    [message('1\n2\n3\n4')],
  ],
  [
    'two CR are an end, and CRLF twice is one',
    'data:1\r\rdata:2\r\n\r\ndata:3\n\ndata:4\n\r',
    ['1', '2', '3', '4'].map((data) => message(data)),
  ],
  ['LF CR is two ends of lines', 'data:1\n\rdata:2\n\r\n', [message('1'), message('2')]],
  [
    'CRLF after CRLF makes no event twice',
    'data:1\r\n\r\n\r\n\r\ndata:2\r\n\r\n',
    [message('1'), message('2')],
  ],
  [
    'other breaks of lines are text',
    'data:1\u2028\u2029\u0085\u000B\u000C2\n\n',
    [message('1\u2028\u2029\u0085\u000B\u000C2')],
  ],
  [
    'NUL in data and in a name is text',
    'event:\u0000e\ndata:\u0000\n\n\u0000data:no\n\n',
    [message('\u0000', '\u0000e')],
  ],
  [
    'a message without a blank line at its end is dropped',
    'data:1\n\nevent:b\nid:7\ndata:2\n',
    [message('1')],
  ],
  ['nor what breaks off within a line', 'data:1\n\ndata:2\n\ndata:3', [message('1'), message('2')]],
  ['it is UTF-8 whatever its MIME type says', 'data:ok…€😀\n\n', [message('ok…€😀')]],
  [
    'invalid UTF-8 is read as replacement characters',
    Uint8Array.of(...encoder.encode('data:a'), 0xff, 0xe2, 0x82, ...encoder.encode('b\n\n')),
    [message('a\uFFFD\uFFFDb')],
  ],
  ['a long event comes whole', `data:${long}\ndata:${long}\n\n`, [message(`${long}\n${long}`)]],
]

/** Each entry has a name, a stream, and the cursor that a resume sends afterwards. */
const ids: typeof formats = [
  [
    'an id comes with its event alone',
    'id: a.1\ndata:1\n\ndata:2\n\n',
    [{ ...message('1'), id: 'a.1' }, message('2')],
  ],
  [
    'the last id of an event counts, before its data or after',
    'id:1\nid:2\ndata:x\n\ndata:y\nid:3\n\n',
    [
      { ...message('x'), id: '2' },
      { ...message('y'), id: '3' },
    ],
  ],
  [
    'an id without data makes no event',
    'data:1\n\nid:7\n\ndata:2\n\nid:8\n:\n\n',
    [message('1'), message('2')],
  ],
  [
    'an empty id clears the cursor',
    'id:7\ndata:1\n\nid\ndata:2\n\nid:\n\n',
    [
      { ...message('1'), id: '7' },
      { ...message('2'), id: '' },
    ],
  ],
  [
    'an id with NUL is ignored',
    'id:7\nid:a\u0000b\ndata:1\n\nid:\u0000\ndata:2\n\n',
    [{ ...message('1'), id: '7' }, message('2')],
  ],
  ['an id is any text', 'id: …\u2003 x \ndata:1\n\n', [{ ...message('1'), id: '…\u2003 x ' }]],
  [
    'an id that no blank line follows moves nothing',
    'id:7\ndata:1\n\nid:8\n',
    [{ ...message('1'), id: '7' }],
  ],
]

/** Each entry has a name, a stream, and the pauses that it requests. */
const retries: readonly (readonly [string, string, readonly number[]])[] = [
  ['digits are milliseconds', 'retry:0\nretry: 3000\n\n', [0, 3000]],
  ['leading zeros count nothing', 'retry:03000\n', [3000]],
  ['it counts at the end of its line, without an event', 'retry:5\n', [5]],
  [
    'anything else is passed by',
    'retry:3000x\nretry:1.5\nretry:-1\nretry:0x10\nretry:1e3\nretry: 7 \nretry:\u0665\n\n',
    [],
  ],
  ['without a value it is passed by', 'retry\nretry:\nretry: \n\n', []],
  ['one that no timer could hold is told all the same', 'retry:99999999999999999999\n', [1e20]],
]

function bytesOf(stream: string | Bytes): Bytes {
  return typeof stream === 'string' ? encoder.encode(stream) : stream
}

describe('an event stream, however it is cut', () => {
  it.each([...formats, ...ids])('%s', async (_, stream, told) => {
    for (const chunks of cuts(bytesOf(stream))) expect((await read(chunks)).told).toEqual(told)
  })

  it.each(retries)('retry: %s', async (_, stream, expected) => {
    for (const chunks of cuts(bytesOf(stream)))
      expect((await read(chunks)).retries).toEqual(expected)
  })

  it('W-8: ends at once when it has no body', async () => {
    const events = readStream(new Response(null), nobody)
    expect(await events.next()).toEqual({ done: true, value: undefined })
  })

  it('counts each chunk as activity, a heartbeat too', async () => {
    let chunks = 0
    const listener = { onActivity: () => (chunks += 1), onRetry() {} }
    const response = streamOf([':\n\n', ':', '\n\n'].map((text) => encoder.encode(text)))
    for await (const said of readStream(response, listener)) expect(said).toBeUndefined()
    expect(chunks).toBe(3)
  })

  it('cancels the body when its reader leaves', async () => {
    const cancelled = Promise.withResolvers<void>()
    const chunks = Array.from({ length: 9 }, (_, i) => encoder.encode(`data:${i}\n\n`))
    const stream = streamOf(chunks, cancelled.resolve)
    for await (const { data } of readStream(stream, nobody)) if (data === '2') break
    expect(await cancelled.promise).toBeUndefined()
  })

  it('throws the reason when its body breaks, after all complete events', async () => {
    const seen: string[] = []
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(encoder.encode('data:1\n\ndata:2')),
      pull: (controller) => controller.error(new TypeError('the network is gone')),
    })
    const reading = async () => {
      const events = readStream(new Response(body), nobody)
      for await (const { data } of events) seen.push(data)
    }
    await expect(reading()).rejects.toThrow('the network is gone')
    expect(seen).toEqual(['1'])
  })
})
