import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { Connection } from '../../src/client/client.ts'
import { ConnectionState, RuncastProvider, type RunState, useRun } from '../../src/client/react.ts'
import { WatchServer } from '../support/watch-server.ts'

let server: WatchServer
beforeEach(async () => {
  server = await WatchServer.start({ http: (_asked, answer) => answer.end() })
})
afterEach(() => server.close())

function Shown({ seen }: { seen: (state: RunState) => void }) {
  const state = useRun('r', { log: true, select: (all) => all })
  seen(state)
  return createElement(ConnectionState, { connection: state.connection })
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length
}

describe('on a server', () => {
  it('a run is empty, and no connection is made for it', async () => {
    const states: RunState[] = []
    const before = timers()
    const shown = createElement(Shown, { seen: (state) => states.push(state) })
    const page = createElement(RuncastProvider, { origin: server.origin, token: 't' }, shown)
    expect(renderToString(page)).toContain('connecting')
    expect(states.at(-1)?.run.jobs.size).toBe(0)
    expect(states.at(-1)?.log).toEqual({ lines: [], known: 0 })
    await new Promise(setImmediate)
    expect(timers()).toBe(before)
    expect(server.asked).toEqual([])
  })

  it('a run without a provider throws an error that names the provider', () => {
    const page = createElement(Shown, { seen: () => {} })
    expect(() => renderToString(page)).toThrow('There is no <RuncastProvider> above')
  })
})

describe('ConnectionState', () => {
  it.each<[string, Connection]>([
    ['connecting', { status: 'connecting' }],
    ['live (stream)', { status: 'live', transport: 'sse' }],
    ['live (socket)', { status: 'live', transport: 'socket' }],
    ['live (polling)', { status: 'live', transport: 'poll' }],
    ['reconnecting in 3 s', { status: 'reconnecting', retry_ms: 2_001 }],
    ['paused', { status: 'paused' }],
    ['ended', { status: 'ended' }],
    ['failed: It is gone.', { status: 'failed', error: new Error('It is gone.') }],
  ])('says %s', (words, connection) => {
    const html = renderToString(createElement(ConnectionState, { connection }))
    expect(html.replaceAll(/<[^>]*>/g, '')).toBe(words)
    expect(html).toContain(`data-status="${connection.status}"`)
    expect(html.includes('data-transport')).toBe(connection.status === 'live')
  })
})
