import { afterEach, describe, expect, it, vi } from 'vitest'

import type { Connect } from '../../src/client/connection.ts'
import { feedOfRun } from '../../src/client/feed-of-run.ts'
import type { Transport } from '../../src/client/feed.ts'
import { RunWatch } from '../../src/client/run-watch.ts'
import { inSlot } from '../../src/client/stream-slot.ts'
import type { TabLocks } from '../../src/client/tabs.ts'
import { timingWith } from '../../src/client/timing.ts'
import { unlessAborted } from '../../src/client/wait.ts'
import type { SocketEnd } from '../support/socket-end.ts'
import { streamText, ToldRun } from '../support/told-run.ts'
import { type Asked, begin, type Script, WatchServer } from '../support/watch-server.ts'
import { connectionsOf, pictureOf, quick, until, watchOn } from '../support/watched.ts'

const servers: WatchServer[] = []

async function serve(script: Script): Promise<WatchServer> {
  const server = await WatchServer.start(script)
  servers.push(server)
  return server
}

/** A run that is told by each transport up to a seq of its own, each connection a few further. */
class Host implements Script {
  readonly run = new ToldRun(12)
  /** What does not get through. */
  readonly blocked = new Set<Transport>()
  readonly sockets: SocketEnd[] = []
  to: (asked: Asked) => number = () => 12

  readonly http = (asked: Asked, answer: Parameters<NonNullable<Script['http']>>[1]): void => {
    if (
      asked.transport !== 'socket' &&
      asked.transport !== 'other' &&
      this.blocked.has(asked.transport)
    ) {
      // As a proxy that keeps back what is said until it is whole.
      begin(answer).flushHeaders()
      return
    }
    const to = this.to(asked)
    const events = this.run.since(asked.cursor, to)
    if (asked.transport === 'sse') begin(answer).end(streamText(events))
    else {
      const body = {
        cursor: `told.${to}`,
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

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

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

  it('EV-4, EV-5: what is wanted is asked for', async () => {
    const host = new Host()
    const server = await serve(host)
    await watchOn(server, { transport, detail: true }).ended
    expect(server.asked[0]?.query.get('lean')).toBe('1')
    expect(server.asked[0]?.query.get('with')).toBe('detail,log')
    expect(server.asked[0]?.path).toMatch(/^\/api\/runs\/r\//)
  })
})

describe('the choice of a transport', () => {
  it('W-5: goes down when streams bring nothing, and up again when they do', async () => {
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

  it('keeps polling, and says nothing of it, when a try fails', async () => {
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

  it('gives a try up soon, and polls on', async () => {
    let tries = 0
    let polls = 0
    const sse: Connect = async function* ({ signal }) {
      tries += 1
      if (tries <= 2) throw new Error('no stream gets through')
      yield* await unlessAborted(new Promise<[]>(() => {}), signal)
    }
    const poll: Connect = async function* ({ signal }) {
      polls += 1
      yield { kind: 'alive' }
      if (polls === 1) yield* await unlessAborted(new Promise<[]>(() => {}), signal)
      yield { kind: 'event', event: { event: 'status', data: 'finished' } }
    }
    const timing = timingWith({ ...quick, first_byte_ms: 600_000, try_ms: 10, up_ms: 10 })
    const line = { connects: { sse, poll }, transport: 'auto', token: 't', timing } as const
    const state = await new RunWatch(feedOfRun(line)).ended
    expect(state.connection).toEqual({ status: 'ended' })
    expect([tries, polls]).toEqual([3, 2])
  })

  it('passes sockets over where there are none', async () => {
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

describe('a stream among those of all tabs', () => {
  const nothing = { cursor: undefined, token: 't', heard() {}, retry() {} }

  it('is held with a slot, which is given back with its end', async () => {
    const held = { now: 0 }
    const locks: TabLocks = {
      async request(_, __, granted) {
        held.now += 1
        await granted({})
        held.now -= 1
      },
    }
    const connect: Connect = async function* () {
      expect(held.now).toBe(1)
      yield { kind: 'alive' }
    }
    const { signal } = new AbortController()
    for await (const said of inSlot(connect, locks)({ ...nothing, signal }))
      expect(said).toEqual({ kind: 'alive' })
    await new Promise(setImmediate)
    expect(held.now).toBe(0)
  })

  it('is not begun where there is no slot', async () => {
    const locks: TabLocks = { request: (_, __, granted) => granted(null) }
    const connect = vi.fn<Connect>()
    const { signal } = new AbortController()
    const all = []
    for await (const said of inSlot(connect, locks)({ ...nothing, signal })) all.push(said)
    expect(all).toEqual([{ kind: 'end', ending: { kind: 'full' } }])
    expect(connect).not.toHaveBeenCalled()
  })
})

describe('a socket', () => {
  it('W-1: acknowledges what was taken, the last soon', async () => {
    const host = new Host()
    const acked = Promise.withResolvers<string>()
    const server = await serve({
      socket: (asked, open) => {
        const socket = open()
        socket.onText = acked.resolve
        for (const event of host.run.since(asked.cursor, 7)) socket.send(JSON.stringify(event))
        return undefined
      },
    })
    const watch = watchOn(server, { transport: 'socket' })
    const leave = watch.subscribe(() => {})
    expect(JSON.parse(await acked.promise)).toEqual({ ack: 'told.7' })
    leave()
    await server.until(() => server.open === 0)
  })

  it('W-1: acknowledges nothing that its reader has not come to', async () => {
    const run = new ToldRun(12)
    const acked = Promise.withResolvers<string>()
    const server = await serve({
      socket: (asked, open) => {
        const socket = open()
        socket.onText = acked.resolve
        for (const event of run.since(asked.cursor, 9)) socket.send(JSON.stringify(event))
        return undefined
      },
    })
    const events = watchOn(server, { transport: 'socket' }).events()
    for (let ids = 0; ids < 3;) if ((await events.next()).value?.id !== undefined) ids += 1
    // The third is with its reader, and all that was asked for before it.
    expect(JSON.parse(await acked.promise)).toEqual({ ack: 'told.3' })
    await events.return?.()
  })

  it('EV-4, W-1: acknowledges pages, which have no cursor, by an empty one', async () => {
    const title = 'x'.repeat(20_000)
    const acked = Promise.withResolvers<string>()
    const server = await serve({
      socket: (_, open) => {
        const socket = open()
        socket.onText = acked.resolve
        const data = { g: [{ external_id: 'a', title, status: 'pending' }] }
        socket.send(JSON.stringify({ event: 'all_jobs', data }))
        return undefined
      },
    })
    const watch = watchOn(server, { transport: 'socket' })
    const leave = watch.subscribe(() => {})
    expect(JSON.parse(await acked.promise)).toEqual({ ack: '' })
    leave()
  })

  it('asks for a sign of life, and is given up where there is none', async () => {
    const run = new ToldRun(4)
    const texts: string[] = []
    const server = await serve({
      socket: (asked, open) => {
        const socket = open()
        const again = asked.cursor !== undefined
        socket.onText = (text) => texts.push(text)
        for (const event of run.since(asked.cursor, again ? 4 : 2))
          socket.send(JSON.stringify(event))
        return undefined
      },
    })
    const timing = { ...quick, ping_ms: 20, silence_ms: 60, poll_wait_s: 0 }
    const state = await watchOn(server, { transport: 'socket', timing }).ended
    expect(texts).toContain('ping')
    expect(pictureOf(state)).toEqual(run.picture())
    expect(server.asked.map(({ cursor }) => cursor)).toEqual([undefined, 'told.2'])
  })

  it('W-4: has ended where it closes without a word at the end of the run', async () => {
    const run = new ToldRun(4)
    const server = await serve({
      socket: (asked, open) => {
        const socket = open()
        const [...events] = run.since(asked.cursor, 4)
        if (asked.cursor === undefined) {
          for (const event of events.slice(0, -1)) socket.send(JSON.stringify(event))
          socket.send(JSON.stringify({ event: 'weather', data: 1, id: run.end }))
        }
        socket.close(asked.cursor === undefined ? 1012 : 1000)
        return undefined
      },
    })
    const state = await watchOn(server, { transport: 'socket' }).ended
    expect(state.connection).toEqual({ status: 'ended' })
    expect(server.asked).toHaveLength(2)
  })
})

describe('a poll', () => {
  it('W-5: asks at once first, then with a wait, and for what is new alone', async () => {
    const run = new ToldRun(3)
    let answers = 0
    const server = await serve({
      http: (asked, answer) => {
        answers += 1
        if (asked.headers['if-none-match'] === '"told.2"' && answers === 2)
          return answer.writeHead(304).end()
        const to = answers === 1 ? 2 : 3
        const body = { cursor: `told.${to}`, events: run.since(asked.cursor, to), done: to === 3 }
        answer.writeHead(200, { 'content-type': 'application/json', etag: `"told.${to}"` })
        return answer.end(JSON.stringify(body))
      },
    })
    const state = await watchOn(server, { transport: 'poll' }).ended
    expect(pictureOf(state)).toEqual(run.picture())
    expect(server.asked.map(({ query }) => [query.get('cursor'), query.get('wait')])).toEqual([
      [null, '0'],
      ['told.2', '25'],
      ['told.2', '25'],
    ])
  })

  it('is asked anew for the full state when an answer cannot be read', async () => {
    const run = new ToldRun(3)
    const server = await serve({
      http: (asked, answer) => {
        const first = server.asked.length === 1
        const body = { cursor: 'told.3', events: run.since(asked.cursor), done: true }
        begin(answer, 'application/json').end(
          first ? '{"cursor":"told.2","events":[{}]}' : JSON.stringify(body),
        )
      },
    })
    const state = await watchOn(server, { transport: 'poll' }).ended
    expect(pictureOf(state)).toEqual(run.picture())
    expect(server.asked.map(({ cursor }) => cursor)).toEqual([undefined, undefined])
  })
})

function isLive(connection: { status: string; transport?: Transport }, transport: Transport) {
  return connection.status === 'live' && connection.transport === transport
}
