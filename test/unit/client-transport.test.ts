import { describe, expect, it } from 'vitest'

import type { Connect } from '../../src/client/connection.ts'
import type { Transport } from '../../src/client/feed.ts'
import { runFeed, type RunFeedOptions } from '../../src/client/run-feed.ts'
import { RunWatch } from '../../src/client/run-watch.ts'
import { untilAborted } from '../../src/client/signals.ts'
import { timingWith } from '../../src/client/timing.ts'
import { streamText, ScriptedRun } from '../support/scripted-run.ts'
import { serve } from '../support/serve.ts'
import type { SocketEnd } from '../support/socket-end.ts'
import { type Asked, begin, type Script, type WatchServer } from '../support/watch-server.ts'
import { connectionsOf, pictureOf, quick, until, watchOn } from '../support/watched.ts'

/** A server of one run. `to` limits the seq that a request gets. */
class Host implements Script {
  readonly run = new ScriptedRun(12)
  /** The transports that do not work. */
  readonly blocked = new Set<Transport>()
  readonly sockets: SocketEnd[] = []
  to: (asked: Asked) => number = () => 12

  readonly http = (asked: Asked, answer: Parameters<NonNullable<Script['http']>>[1]): void => {
    if (
      asked.transport !== 'socket' &&
      asked.transport !== 'other' &&
      this.blocked.has(asked.transport)
    ) {
      // A proxy that holds an answer back until it is complete passes only its head.
      begin(answer).flushHeaders()
      return
    }
    const to = this.to(asked)
    const events = this.run.since(asked.cursor, to)
    if (asked.transport === 'sse') begin(answer).end(streamText(events))
    else {
      const body = {
        cursor: `scripted.${to}`,
        events: events.length > 1 ? events : [],
        done: to === 12,
      }
      begin(answer, 'application/json').end(JSON.stringify(body))
    }
  }

  readonly socket = (asked: Asked, open: () => SocketEnd): number | undefined => {
    if (this.blocked.has('socket')) return 502
    const socket = open()
    this.sockets.push(socket)
    const to = this.to(asked)
    for (const event of this.run.since(asked.cursor, to)) socket.send(JSON.stringify(event))
    if (to === 12) socket.close(1000)
    else socket.close(1012)
    return undefined
  }
}

async function linesOf(watch: RunWatch): Promise<number[]> {
  const lines: number[] = []
  for await (const { event, data } of watch.events())
    if (event === 'log' && 'seq' in data) lines.push(data.seq)
  return lines
}

function transportsOf(server: WatchServer): string[] {
  return server.asked.map(({ transport }) => transport)
}

describe.each(['sse', 'socket', 'poll'] as const)('over %s', (transport) => {
  it('W-5: a run is followed to its end, over several connections, and nothing is lost', async () => {
    const host = new Host()
    const server = await serve(host)
    const next = [1, 3, 3, 7, 8, 12]
    host.to = () => next.shift() ?? 12
    const watch = watchOn(server, { transport })
    expect(await linesOf(watch)).toEqual(host.run.lines())
    expect(pictureOf(watch.state)).toEqual(host.run.picture())
    expect(watch.state.connection).toEqual({ status: 'ended' })
    expect(new Set(transportsOf(server))).toEqual(new Set([transport]))
  })

  it('EV-4, EV-5: a request names the extra events that the caller wants', async () => {
    const host = new Host()
    const server = await serve(host)
    await watchOn(server, { transport, detail: true }).ended
    expect(server.asked[0]?.query.get('lean')).toBe('1')
    expect(server.asked[0]?.query.get('with')).toBe('detail,log')
    expect(server.asked[0]?.path).toMatch(/^\/api\/runs\/r\//)
  })
})

describe('the choice of a transport', () => {
  it('W-5: goes down when streams bring nothing, and up again when they work', async () => {
    const host = new Host()
    host.blocked.add('sse').add('socket')
    host.to = ({ transport }) => (transport === 'poll' ? 5 : 12)
    const server = await serve(host)
    const timing = { ...quick, first_byte_ms: 60, up_ms: 50 }
    const watch = watchOn(server, { transport: 'auto', timing })
    const lines = linesOf(watch)
    await until(watch, ({ connection }) => isLive(connection, 'poll'))
    const asked = transportsOf(server).filter((one) => one !== 'poll')
    expect([...new Set(asked)]).toEqual(['sse', 'socket'])
    host.blocked.clear()
    expect(await lines).toEqual(host.run.lines())
    expect(pictureOf(watch.state)).toEqual(host.run.picture())
    expect(transportsOf(server).at(-1)).not.toBe('poll')
  })

  it('keeps polling when a try fails, and the connection stays live', async () => {
    const host = new Host()
    host.blocked.add('sse').add('socket')
    host.to = () => 5
    const server = await serve(host)
    const timing = { ...quick, first_byte_ms: 30, try_ms: 30, up_ms: 20, up_max_ms: 20 }
    const watch = watchOn(server, { transport: 'auto', timing })
    const connections = connectionsOf(watch)
    await until(watch, ({ connection }) => isLive(connection, 'poll'))
    const before = transportsOf(server).filter((one) => one === 'sse').length
    await server.until(() => transportsOf(server).filter((one) => one === 'sse').length > before)
    const tries = server.asked.length
    await server.until(() => transportsOf(server).slice(tries).includes('poll'))
    host.to = () => 12
    await watch.ended
    const statuses = (await connections).map(({ status }) => status)
    expect(statuses.slice(statuses.indexOf('live'))).not.toContain('reconnecting')
  })

  it('gives a try up soon, and goes on polling', async () => {
    let tries = 0
    let polls = 0
    const sse: Connect = async function* ({ signal }) {
      tries += 1
      if (tries <= 2) throw new Error('no stream gets through')
      yield* await untilAborted(signal).then(() => [])
      signal.throwIfAborted()
    }
    const poll: Connect = async function* ({ signal }) {
      polls += 1
      yield { kind: 'alive' }
      if (polls === 1) await untilAborted(signal)
      signal.throwIfAborted()
      yield { event: 'status', data: 'finished' }
    }
    const timing = timingWith({ ...quick, first_byte_ms: 600_000, try_ms: 10, up_ms: 10 })
    const transports = { sse, poll }
    const options: RunFeedOptions = { transports, transport: 'auto', token: 't', timing }
    const state = await new RunWatch(runFeed(options)).ended
    expect(state.connection).toEqual({ status: 'ended' })
    expect([tries, polls]).toEqual([3, 2])
  })

  it('skips sockets if there is no WebSocket', async () => {
    const host = new Host()
    host.blocked.add('sse')
    const server = await serve(host)
    const { WebSocket } = globalThis
    Reflect.deleteProperty(globalThis, 'WebSocket')
    try {
      const timing = { ...quick, first_byte_ms: 30 }
      await watchOn(server, { transport: 'auto', timing }).ended
      expect([...new Set(transportsOf(server))]).toEqual(['sse', 'poll'])
      expect(() => watchOn(server, { transport: 'socket' })).toThrow('no WebSocket')
    } finally {
      globalThis.WebSocket = WebSocket
    }
  })
})

function isLive(connection: { status: string; transport?: Transport }, transport: Transport) {
  return connection.status === 'live' && connection.transport === transport
}
