import { describe, expect, it } from 'vitest'

import { ScriptedRun } from '../support/scripted-run.ts'
import { serve } from '../support/serve.ts'
import { pictureOf, quick, watchOn } from '../support/watched.ts'

describe('a socket', () => {
  it('W-1: acknowledges the messages that its reader has taken, the last one soon after', async () => {
    const run = new ScriptedRun(12)
    const acked = Promise.withResolvers<string>()
    const server = await serve({
      socket: (asked, open) => {
        const socket = open()
        socket.onText = acked.resolve
        for (const event of run.since(asked.cursor, 7)) socket.send(JSON.stringify(event))
        return undefined
      },
    })
    const watch = watchOn(server, { transport: 'socket' })
    const leave = watch.subscribe(() => {})
    expect(JSON.parse(await acked.promise)).toEqual({ ack: 'scripted.7' })
    leave()
    await server.until(() => server.open === 0)
  })

  it('W-1: acknowledges no message that its reader has not taken', async () => {
    const run = new ScriptedRun(12)
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
    // The reader has got the third event, so it has taken all events before that one.
    expect(JSON.parse(await acked.promise)).toEqual({ ack: 'scripted.3' })
    await events.return?.()
  })

  it('EV-4, W-1: acknowledges pages, which have no cursor, with an empty one', async () => {
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

  it('sends pings, and is given up when no answer comes', async () => {
    const run = new ScriptedRun(4)
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
    expect(server.asked.map(({ cursor }) => cursor)).toEqual([undefined, 'scripted.2'])
  })

  it("W-4: is at the end if it closes without a message at the cursor of the run's end", async () => {
    const run = new ScriptedRun(4)
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
