import type { ServerResponse } from 'node:http'

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { RunEvent } from '../../src/protocol/events.ts'
import { streamText, ScriptedRun } from '../support/scripted-run.ts'
import { serve } from '../support/serve.ts'
import { begin, refuse, type Script } from '../support/watch-server.ts'
import { connectionsOf, pictureOf, watchOn } from '../support/watched.ts'

/** Answers the nth stream by the nth function, and all later ones by the last. */
function inTurn(
  ...turns: ((answer: ServerResponse, cursor: string | undefined) => void)[]
): Script {
  let n = 0
  return {
    http: ({ cursor }, answer) => {
      const turn = turns[Math.min(n, turns.length - 1)]
      n += 1
      turn?.(answer, cursor)
    },
  }
}

function tell(run: ScriptedRun, to?: number) {
  return (answer: ServerResponse, cursor: string | undefined) => {
    begin(answer).end(streamText(run.since(cursor, to)))
  }
}

function entry(external_id: string) {
  return { external_id, title: '', status: 'pending' as const }
}

function linesOf(events: readonly RunEvent[]): number[] {
  return events.flatMap(({ event, data }) => (event === 'log' && 'seq' in data ? data.seq : []))
}

describe('a watch that is cut', () => {
  it('W-8: goes on from the last id when a stream ends without a terminal status', async () => {
    const run = new ScriptedRun(6)
    const server = await serve(inTurn(tell(run, 2), tell(run, 4), tell(run)))
    const state = await watchOn(server).ended
    expect(server.asked.map(({ cursor }) => cursor)).toEqual([
      undefined,
      'scripted.2',
      'scripted.4',
    ])
    expect(state.connection).toEqual({ status: 'ended' })
    expect(state.cursor).toBe(run.end)
    expect(pictureOf(state)).toEqual(run.picture())
  })

  it('W-4: loses and repeats nothing, wherever it is cut', async () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 10, maxLength: 10 })
    await fc.assert(
      fc.asyncProperty(cuts, async (places) => {
        const run = new ScriptedRun(40)
        const server = await serve(inTurn(...places.map((at) => cutAt(run, at)), tell(run)))
        const watch = watchOn(server)
        const events: RunEvent[] = []
        for await (const event of watch.events()) events.push(event)
        expect(linesOf(events)).toEqual(run.lines())
        expect(pictureOf(watch.state)).toEqual(run.picture())
        const ids = events.flatMap(({ id }) => id ?? [])
        expect(new Set(ids).size).toBe(ids.length)
        expect(server.asked).toHaveLength(places.length + 1)
      }),
      { numRuns: 25 },
    )
  })

  it('EV-7: drops a log line that is sent again, and keeps the cursor that came with it', async () => {
    const ts = '2026-01-01T00:00:00Z'
    const line = (seq: number): RunEvent => ({
      event: 'log',
      data: { seq, ts, level: 'info', message: 'm' },
    })
    const end: RunEvent = { event: 'status', data: 'finished', id: 'e.9' }
    const server = await serve(
      inTurn(
        (answer) => begin(answer).end(streamText([line(1)])),
        (answer) => begin(answer).end(streamText([{ ...line(1), id: 'e.5' }])),
        (answer) => begin(answer).end(streamText([end])),
      ),
    )
    const events: RunEvent[] = []
    for await (const event of watchOn(server).events()) events.push(event)
    expect(linesOf(events)).toEqual([1])
    expect(server.asked.map(({ cursor }) => cursor)).toEqual([undefined, undefined, 'e.5'])
  })

  it('reads a stream that comes byte by byte', async () => {
    const run = new ScriptedRun(4)
    const server = await serve({
      http: ({ cursor }, answer) => {
        begin(answer)
        const bytes = Buffer.from(streamText(run.since(cursor)))
        const next = (n: number) => {
          if (n === bytes.length) answer.end()
          else answer.write(bytes.subarray(n, n + 1), () => setImmediate(next, n + 1))
        }
        next(0)
      },
    })
    const watch = watchOn(server)
    const events: RunEvent[] = []
    for await (const event of watch.events()) events.push(event)
    expect(events).toEqual(run.since(undefined))
    expect(server.asked).toHaveLength(1)
  })

  it('EV-4: starts over when it is cut between the pages of a full state', async () => {
    const first: RunEvent = { event: 'all_jobs', data: { g: [entry('a')] } }
    const second: RunEvent = { event: 'added', data: { g: [entry('b')] }, id: 'e.9' }
    const end: RunEvent = { event: 'status', data: 'finished', id: 'e.10' }
    const known: RunEvent = { event: 'all_jobs', data: { g: [entry('old')] }, id: 'e.3' }
    const server = await serve(
      inTurn(
        (answer) => begin(answer).end(streamText([known])),
        (answer) => begin(answer).end(streamText([first])),
        (answer) => begin(answer).end(streamText([first, second, end])),
      ),
    )
    const state = await watchOn(server).ended
    expect(server.asked.map(({ cursor }) => cursor)).toEqual([undefined, 'e.3', undefined])
    expect(Object.keys(pictureOf(state))).toEqual(['a', 'b'])
  })

  it('W-4: ends at a 204, and does not connect again', async () => {
    const run = new ScriptedRun(4)
    const cut = (answer: ServerResponse) => begin(answer).end(streamText(run.since(undefined, 3)))
    const server = await serve(inTurn(cut, (answer) => answer.writeHead(204).end()))
    const state = await watchOn(server).ended
    expect(state.connection).toEqual({ status: 'ended' })
    expect(server.asked).toHaveLength(2)
  })

  it('RUN-1: ignores everything after the terminal status, and leaves the connection', async () => {
    const run = new ScriptedRun(3)
    const more: RunEvent = { event: 'update', data: { g: { j0: 'aborted' } }, id: 'scripted.4' }
    const server = await serve({
      http: (_, answer) => begin(answer).write(streamText([...run.since(undefined), more])),
    })
    const state = await watchOn(server).ended
    expect(state.cursor).toBe(run.end)
    expect(pictureOf(state)).toEqual(run.picture())
    await server.until(() => server.open === 0)
    expect(server.asked).toHaveLength(1)
  })

  it('W-6: waits for the time in `retry:` while the server cannot serve', async () => {
    const run = new ScriptedRun(3)
    const server = await serve(inTurn((answer) => begin(answer).end('retry: 40\n\n'), tell(run)))
    const watch = watchOn(server)
    const connections = connectionsOf(watch)
    await watch.ended
    const [wait] = (await connections).flatMap((one) =>
      one.status === 'reconnecting' ? one.retry_ms : [],
    )
    expect(wait).toBeGreaterThanOrEqual(40)
    expect(wait).toBeLessThanOrEqual(42)
  })

  it('waits for the time in Retry-After, and says why', async () => {
    const run = new ScriptedRun(3)
    const server = await serve(
      inTurn((answer) => refuse(answer, 503, { 'retry-after': '1' }), tell(run)),
    )
    const connections = await connectionsOf(watchOn(server))
    expect(connections).toContainEqual({
      status: 'reconnecting',
      retry_ms: 1_000,
      error: expect.objectContaining({ status: 503 }),
    })
  })
})

const update = (id: string) => `event: update\ndata: {}\n${id}\n`

const say = (text: string) => (answer: ServerResponse) => begin(answer).end(text)

describe('like the WPT cases of a reconnecting EventSource', () => {
  const end: RunEvent = { event: 'status', data: 'finished' }

  /**
   * Returns the cursors that a client sends to a server that answers with one text after the other and
   * closes each time.
   */
  async function sentBack(...texts: string[]): Promise<(string | undefined)[]> {
    const server = await serve(inTurn(...texts.map(say), say(streamText([end]))))
    await watchOn(server).ended
    return server.asked.map(({ headers }) => headers['last-event-id']?.toString())
  }

  it('no id is sent before the first one came, and the last one is sent after that', async () => {
    const cursors = await sentBack(update(''), update('id: a.1\n'), update(''), update('id: a.2\n'))
    expect(cursors).toEqual([undefined, undefined, 'a.1', 'a.1', 'a.2'])
  })

  it('an id is not sent when its stream broke before the blank line', async () => {
    expect(await sentBack(update('id: a.1\n'), 'event: update\ndata: {}\nid: a.2\n')).toEqual([
      undefined,
      'a.1',
      'a.1',
    ])
  })

  it('`retry:` holds for all later connections, and is ignored unless it is digits', async () => {
    const run = new ScriptedRun(3)
    const heard = update('id: scripted.1\n')
    const server = await serve(
      inTurn(say(`retry: 30\n${heard}`), say(`retry: 3x\n${heard}`), tell(run)),
    )
    const connections = await connectionsOf(watchOn(server))
    const waits = connections.flatMap((one) => ('retry_ms' in one ? one.retry_ms : []))
    expect(waits).toEqual([30, 30])
  })
})

describe('data that cannot be read', () => {
  it.each([
    ['is not JSON', 'event: update\ndata: {"g":\nid: scripted.3\n\n'],
    ['has another shape', 'event: update\ndata: [1]\nid: scripted.3\n\n'],
    ['has null for a group', 'event: all_jobs\ndata: {"g":null}\n\n'],
    ['is an invalid status', 'event: status\ndata: toString\n\n'],
  ])('is not shown, and the full state is requested: the data %s', async (_, text) => {
    const run = new ScriptedRun(5)
    const broken = (answer: ServerResponse) =>
      begin(answer).write(streamText(run.since(undefined, 2)) + text)
    const server = await serve(inTurn(broken, tell(run)))
    const watch = watchOn(server)
    const events: RunEvent[] = []
    for await (const event of watch.events()) events.push(event)
    expect(events).toEqual([
      ...run.since(undefined, 2),
      ...run.since(undefined).slice(0, 2),
      ...run
        .since(undefined)
        .slice(2)
        .filter(({ event, data }) => event !== 'log' || !('seq' in data) || data.seq > 1),
    ])
    expect(server.asked.map(({ cursor }) => cursor)).toEqual([undefined, undefined])
    expect(pictureOf(watch.state)).toEqual(run.picture())
  })

  it('EV-8: an unknown event is passed on and changes nothing', async () => {
    const run = new ScriptedRun(2)
    const unknown = 'event: weather\ndata: "rain"\n\nevent: toString\ndata: 1\n\n'
    const server = await serve({
      http: (_, answer) => begin(answer).end(unknown + streamText(run.since(undefined))),
    })
    const watch = watchOn(server)
    const events: { event: string; data: unknown }[] = []
    for await (const event of watch.events()) events.push(event)
    expect(events[0]).toEqual({ event: 'weather', data: 'rain' })
    expect(events[1]).toEqual({ event: 'toString', data: 1 })
    expect(pictureOf(watch.state)).toEqual(run.picture())
  })
})

/** Sends so many bytes. Then the stream ends, or the connection breaks and may lose bytes on the way. */
function cutAt(run: ScriptedRun, at: number) {
  return (answer: ServerResponse, cursor: string | undefined) => {
    const bytes = Buffer.from(streamText(run.since(cursor))).subarray(0, at)
    if (at % 3 > 0) begin(answer).end(bytes)
    else begin(answer).write(bytes, () => setImmediate(() => answer.destroy()))
  }
}
