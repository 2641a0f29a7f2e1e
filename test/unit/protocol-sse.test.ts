import type { EventSourceMessage } from 'eventsource-parser'
import { createParser } from 'eventsource-parser'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { encodeEvent, encodeRetry, heartbeat } from '../../src/protocol/sse.ts'

/** Reads a stream's text, cut into chunks of this length. */
function parse(text: string, chunk = text.length) {
  const events: EventSourceMessage[] = []
  const retries: number[] = []
  const comments: string[] = []
  const parser = createParser({
    onEvent: (event) => events.push(event),
    onRetry: (ms) => retries.push(ms),
    onComment: (comment) => comments.push(comment),
    onError: (error) => {
      throw error
    },
  })
  for (let i = 0; i < text.length; i += chunk) parser.feed(text.slice(i, i + chunk))
  return { events, retries, comments }
}

/** The text after the network. UTF-8 cannot carry lone surrogates, so JSON must have escaped them. */
function overTheWire(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text))
}

const awkward = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'a\r\nevent: status\ndata: finished\n\n',
    '\n\nid: x.1\n\n',
    '\r',
    '\0',
    '\u2028\u2029\u0085',
    '\ud800',
    '\udc00\ud800',
    '__proto__',
    ':',
    ' leading',
    '\ufeff',
  ),
)

describe('an event on the wire', () => {
  it('EV-10: is read as it was written, whatever a title or an id contains, and forges no other event', () => {
    fc.assert(
      fc.property(awkward, awkward, fc.integer({ min: 1, max: 40 }), (id, title, chunk) => {
        const data = JSON.stringify({ [id]: [{ external_id: id, title }] })
        const events = [
          { event: 'all_jobs', data },
          { event: 'update', data, id: 'epoch.7' },
        ]
        const text = overTheWire(events.map(encodeEvent).join(''))
        const read = parse(text, chunk)
        expect(read.events).toEqual([{ ...events[0], id: undefined }, events[1]])
        const member: unknown = Object.entries(JSON.parse(read.events[0]?.data ?? ''))[0]
        expect(member).toEqual([id, [{ external_id: id, title }]])
      }),
    )
  })

  it.each(['a\nb', 'a\rb', '\r\n'])('EV-10: of more than one line is refused: %j', (text) => {
    expect(() => encodeEvent({ event: 'status', data: text })).toThrow('one line')
    expect(() => encodeEvent({ event: text, data: 'pending' })).toThrow('one line')
  })

  it('EV-9: follows the format, and has an id only if one is given', () => {
    expect(encodeEvent({ event: 'status', data: 'pending' })).toBe(
      'event: status\ndata: pending\n\n',
    )
    expect(encodeEvent({ event: 'update', data: '{}', id: 'e.1' })).toBe(
      'event: update\ndata: {}\nid: e.1\n\n',
    )
  })

  it('EV-9: a heartbeat is a comment, not an event', () => {
    const read = parse(
      `${heartbeat}${encodeEvent({ event: 'status', data: 'pending' })}${heartbeat}`,
    )
    expect(read.comments).toHaveLength(2)
    expect(read.events).toEqual([{ event: 'status', data: 'pending', id: undefined }])
  })

  it('W-6: gives the time before the next connection in whole milliseconds', () => {
    expect(parse(encodeRetry(1_234.56))).toMatchObject({ retries: [1_235], events: [] })
  })
})
