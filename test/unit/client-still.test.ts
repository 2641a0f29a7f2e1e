import type { ServerResponse } from 'node:http'

import { describe, expect, it } from 'vitest'

import { ScriptedRun, streamText } from '../support/scripted-run.ts'
import { serve } from '../support/serve.ts'
import type { SocketEnd } from '../support/socket-end.ts'
import { type Asked, begin, type Script } from '../support/watch-server.ts'
import { connectionsOf, pictureOf, quick, until, watchOn } from '../support/watched.ts'

/** A server of a run that moves only when a test says so. Its streams and sockets stay open. */
class QuietHost implements Script {
  readonly run = new ScriptedRun(6)
  at = 2
  hasSockets = true
  private readonly sinks = new Set<(text: { sse: string; messages: string[] }) => void>()

  readonly http = (asked: Asked, answer: ServerResponse): void => {
    if (asked.transport === 'poll') {
      const body = { cursor: `scripted.${this.at}`, events: [], done: false }
      begin(answer, 'application/json').end(JSON.stringify(body))
      return
    }
    begin(answer).write(streamText(this.run.since(asked.cursor, this.at)))
    const sink = ({ sse }: { sse: string }) => answer.write(sse)
    this.sinks.add(sink)
    answer.on('close', () => this.sinks.delete(sink))
  }

  readonly socket = (asked: Asked, open: () => SocketEnd): number | undefined => {
    if (!this.hasSockets) return 502
    const socket = open()
    for (const event of this.run.since(asked.cursor, this.at)) socket.send(JSON.stringify(event))
    this.sinks.add(({ messages }) => {
      for (const text of messages) socket.send(text)
    })
    return undefined
  }

  /** The run takes one step. */
  move(): void {
    const [, ...events] = this.run.since(`scripted.${this.at}`, this.at + 1)
    this.at += 1
    this.tell(streamText(events), events)
  }

  /** The run sends its progress, which it does also while it stands still. */
  pulse(): void {
    const counts = { total: 3, by_status: {} }
    const events = [{ event: 'progress', data: { counts, groups_open: 0, rate: 0 } }]
    this.tell(`event: progress\ndata: ${JSON.stringify(events[0]?.data)}\n\n`, events)
  }

  private tell(sse: string, events: readonly object[]): void {
    const messages = events.map((event) => JSON.stringify(event))
    for (const sink of this.sinks) sink({ sse, messages })
  }
}

const timing = { ...quick, still_ms: 40 }

async function quietRun(host = new QuietHost()) {
  const server = await serve(host)
  const watch = watchOn(server, { transport: 'auto', timing })
  const connections = connectionsOf(watch)
  const asked = () => server.asked.map(({ transport }) => transport)
  const live = (transport: string) =>
    until(
      watch,
      ({ connection }) => connection.status === 'live' && connection.transport === transport,
    )
  return { host, server, watch, connections, asked, live }
}

describe('a watch of a run that stands still', () => {
  it('W-5, W-14: goes to a socket, and back to a stream when the run moves, and nothing is lost', async () => {
    const { host, server, watch, connections, asked, live } = await quietRun()
    const lines: number[] = []
    const read = (async () => {
      for await (const { event, data } of watch.events())
        if (event === 'log' && 'seq' in data) lines.push(data.seq)
    })()
    for (let round = 1; host.at < 6; round += 1) {
      await server.until(() => asked().length === 2 * round)
      await live('socket')
      host.move()
    }
    await read
    expect(asked()).toEqual(['sse', 'socket', 'sse', 'socket', 'sse', 'socket', 'sse', 'socket'])
    expect(lines).toEqual(host.run.lines())
    expect(pictureOf(watch.state)).toEqual(host.run.picture())
    expect((await connections).map(({ status }) => status)).not.toContain('reconnecting')
    await server.until(() => server.open === 0)
  })

  it('W-14: stays on its stream while the run moves, and leaves it although progress comes', async () => {
    const { host, watch, asked, live } = await quietRun()
    await live('sse')
    const progress = setInterval(() => host.pulse(), 5)
    await live('socket')
    clearInterval(progress)
    expect(asked()).toEqual(['sse', 'socket'])
    watch.close()
  })

  it('W-14: goes back to its stream when no socket can be opened, and tries again later', async () => {
    const host = new QuietHost()
    host.hasSockets = false
    const { server, watch, connections, asked } = await quietRun(host)
    await server.until(() => asked().filter((one) => one === 'socket').length === 2)
    host.hasSockets = true
    await until(
      watch,
      ({ connection }) => 'transport' in connection && connection.transport === 'socket',
    )
    host.move()
    await until(watch, ({ cursor }) => cursor === `scripted.${host.at}`)
    watch.close()
    expect((await connections).map(({ status }) => status)).not.toContain('reconnecting')
  })

  it('W-14: stays on its stream if the caller chose it', async () => {
    const host = new QuietHost()
    const server = await serve(host)
    const watch = watchOn(server, { transport: 'sse', timing: { ...timing, still_ms: 1 } })
    const connections = connectionsOf(watch)
    await until(watch, ({ cursor }) => cursor === 'scripted.2')
    for (let at = 3; at < 7; at += 1) {
      host.move()
      await until(watch, ({ cursor }) => cursor === `scripted.${at}`)
    }
    await connections
    expect(server.asked.map(({ transport }) => transport)).toEqual(['sse'])
  })
})
