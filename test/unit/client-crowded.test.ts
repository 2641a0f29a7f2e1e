import type { ServerResponse } from 'node:http'

import { describe, expect, it } from 'vitest'

import type { Transport } from '../../src/client/feed.ts'
import { crowded } from '../../src/protocol/crowded.ts'
import { encodeEvent, encodeRetry } from '../../src/protocol/sse.ts'
import { ScriptedRun, streamText } from '../support/scripted-run.ts'
import { serve } from '../support/serve.ts'
import type { SocketEnd } from '../support/socket-end.ts'
import { type Asked, begin, type Script } from '../support/watch-server.ts'
import { connectionsOf, pictureOf, quick, until, watchOn } from '../support/watched.ts'

/** A server of a run that has no place for a watcher until `places` says so. The run moves with each request. */
class CrowdedHost implements Script {
  readonly run = new ScriptedRun(12)
  /** The seq up to which the run has come. */
  at = 1
  hasPlace: (asked: Asked) => boolean = () => false

  readonly http = (asked: Asked, answer: ServerResponse): void => {
    const hasPlace = this.move(asked)
    const events = this.run.since(asked.cursor, this.at)
    if (asked.transport === 'sse') {
      const away = hasPlace ? '' : encodeRetry(2) + encodeEvent(crowded)
      begin(answer).end(streamText(events) + away)
      return
    }
    const cursor = `scripted.${this.at}`
    if (asked.cursor === cursor) {
      answer.writeHead(304, { etag: `"${cursor}"`, ...(!hasPlace && { 'retry-after': '0.01' }) })
      answer.end()
      return
    }
    const type = { 'content-type': 'application/json' }
    answer.writeHead(200, { ...type, ...(!hasPlace && { 'retry-after': '0.01' }) })
    answer.end(JSON.stringify({ cursor, events, done: this.at === 12 }))
  }

  readonly socket = (asked: Asked, open: () => SocketEnd): undefined => {
    const hasPlace = this.move(asked)
    const socket = open()
    for (const event of this.run.since(asked.cursor, this.at)) socket.send(JSON.stringify(event))
    if (!hasPlace) socket.send('{"event":"crowded","data":{}}')
    socket.close(hasPlace ? 1000 : 1013)
  }

  private move(asked: Asked): boolean {
    const hasPlace = this.hasPlace(asked)
    this.at = hasPlace && asked.transport !== 'poll' ? 12 : Math.min(this.at + 1, 11)
    return hasPlace
  }
}

describe('a client for which the run has no place', () => {
  it('W-5, W-13: polls with the same cursors, and goes back to the stream when there is a place', async () => {
    const host = new CrowdedHost()
    const server = await serve(host)
    const polls = () => server.asked.filter(({ transport }) => transport === 'poll')
    host.hasPlace = () => polls().length > 4
    const watch = watchOn(server, { transport: 'auto' })
    const connections = connectionsOf(watch)
    const lines: number[] = []
    for await (const { event, data } of watch.events())
      if (event === 'log' && 'seq' in data) lines.push(data.seq)
    expect(lines).toEqual(host.run.lines())
    expect(pictureOf(watch.state)).toEqual(host.run.picture())
    expect(server.asked.map(({ transport }) => transport)).toEqual([
      'sse',
      ...Array.from({ length: 5 }, () => 'poll'),
      'sse',
    ])
    // Each request goes on from the last answer, and no poll waits at the server.
    expect(server.asked.map(({ cursor }) => cursor)).toEqual([
      undefined,
      ...[2, 3, 4, 5, 6, 7].map((seq) => `scripted.${seq}`),
    ])
    expect(new Set(polls().map(({ query }) => query.get('wait')))).toEqual(new Set(['0']))
    const seen = await connections
    expect(seen.map(({ status }) => status)).not.toContain('reconnecting')
  })

  it('W-13: keeps polling for as long as there is no place, and its state stays live', async () => {
    const host = new CrowdedHost()
    const server = await serve(host)
    const watch = watchOn(server, { transport: 'auto' })
    const connections = connectionsOf(watch)
    const state = until(watch, ({ cursor }) => cursor === 'scripted.11')
    const { connection } = await state
    expect(connection).toEqual({ status: 'live', transport: 'poll' })
    const { length } = server.asked
    await server.until(() => server.asked.length > length + 5)
    host.hasPlace = () => true
    expect((await connections).map(({ status }) => status)).not.toContain('reconnecting')
    expect(pictureOf(watch.state)).toEqual(host.run.picture())
    const streams = server.asked.filter(({ transport }) => transport === 'sse')
    expect(streams).toHaveLength(2)
  })

  it.each(['sse', 'socket', 'poll'] satisfies Transport[])(
    'W-13: comes back over the only transport that it may use: %s',
    async (transport) => {
      const host = new CrowdedHost()
      const server = await serve(host)
      host.hasPlace = () => server.asked.length > 4
      const watch = watchOn(server, { transport, timing: { ...quick, poll_wait_s: 1 } })
      await until(watch, ({ cursor }) => cursor !== undefined && Number(cursor.split('.')[1]) > 5)
      const asked = server.asked.map((one) => one.transport)
      expect(new Set(asked)).toEqual(new Set([transport]))
      watch.close()
    },
  )

  it('W-13: goes from a socket to polls as well', async () => {
    const host = new CrowdedHost()
    const http: Script['http'] = (asked, answer) => {
      // Streams do not get through.
      if (asked.transport === 'sse') answer.destroy()
      else host.http(asked, answer)
    }
    const server = await serve({ http, socket: host.socket })
    const watch = watchOn(server, { transport: 'auto' })
    const { connection } = await until(watch, ({ cursor }) => cursor === 'scripted.11')
    expect(connection).toEqual({ status: 'live', transport: 'poll' })
    const asked = server.asked.map(({ transport }) => transport)
    expect(asked.filter((one) => one === 'socket')).toHaveLength(1)
    watch.close()
  })
})
