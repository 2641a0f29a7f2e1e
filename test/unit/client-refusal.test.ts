import { describe, expect, it } from 'vitest'

import { NoToken } from '../../src/client/errors.ts'
import type { TokenSource } from '../../src/client/token.ts'
import { streamText, ScriptedRun } from '../support/scripted-run.ts'
import { serve } from '../support/serve.ts'
import { begin, refuse, type Script } from '../support/watch-server.ts'
import { connectionsOf, pictureOf, watchOn } from '../support/watched.ts'

const run = new ScriptedRun(4)

/** A server that accepts only this token, over every transport. */
function guarded(good: string): Script {
  const events = run.since(undefined)
  return {
    http: ({ token, transport }, answer) => {
      if (token !== good) refuse(answer, 401)
      else if (transport === 'sse') begin(answer).end(streamText(events))
      else
        begin(answer, 'application/json').end(
          JSON.stringify({ cursor: run.end, events, done: true }),
        )
    },
    socket: ({ token }, open) => {
      if (token !== good) return 401
      const socket = open()
      for (const event of events) socket.send(JSON.stringify(event))
      socket.close(1000)
      return undefined
    },
  }
}

describe.each(['sse', 'socket', 'poll'] as const)('a token refused over %s', (transport) => {
  it('is replaced once by its source, which gets the refused token and the refusal', async () => {
    const server = await serve(guarded('fresh'))
    const asked: unknown[] = []
    const token: TokenSource = async (refused, error) => {
      asked.push([refused, error?.status, error?.problem?.type])
      return refused === undefined ? 'stale' : 'fresh'
    }
    const state = await watchOn(server, { transport, token }).ended
    expect(asked).toEqual([
      [undefined, undefined, undefined],
      ['stale', 401, '/problems/x'],
    ])
    expect(pictureOf(state)).toEqual(run.picture())
  })

  it('W-12: is final when the next one is refused too', async () => {
    const server = await serve(guarded('none'))
    const state = await watchOn(server, { transport, token: () => 'stale' }).ended
    expect(state.connection).toMatchObject({
      status: 'failed',
      error: { status: 401, problem: { type: '/problems/x' } },
    })
    expect(new Set(server.asked.map(({ token }) => token))).toEqual(new Set(['stale']))
  })

  it('is final at once when it was given as a text', async () => {
    const server = await serve(guarded('none'))
    const state = await watchOn(server, { transport, token: 'stale' }).ended
    expect(state.connection).toMatchObject({ status: 'failed', error: { status: 401 } })
    expect(server.asked.filter((asked) => asked.transport === transport)).toHaveLength(1)
  })
})

describe('a refusal', () => {
  it('is final when the run does not exist', async () => {
    const server = await serve({ http: (_, answer) => refuse(answer, 404) })
    const state = await watchOn(server).ended
    expect(state.connection).toMatchObject({
      status: 'failed',
      error: { status: 404, message: 'It is not to be.' },
    })
    expect(server.asked).toHaveLength(1)
  })

  it.each([408, 429, 500, 502, 503])('is not final with %i', async (status) => {
    let refusals = 3
    const server = await serve({
      http: (_, answer) => {
        if (refusals-- > 0) refuse(answer, status)
        else begin(answer).end(streamText(run.since(undefined)))
      },
    })
    const state = await watchOn(server).ended
    expect(state.connection).toEqual({ status: 'ended' })
    expect(server.asked).toHaveLength(4)
  })

  it('W-12: is final when a socket closes because its token was revoked', async () => {
    const server = await serve({
      http: (_, answer) => refuse(answer, 401),
      socket: (_, open) => {
        open().close(4401)
        return undefined
      },
    })
    const state = await watchOn(server, { transport: 'socket' }).ended
    expect(state.connection).toMatchObject({ status: 'failed', error: { status: 401 } })
  })
})

describe('a source of tokens that fails', () => {
  it('is called again later, and its error is shown', async () => {
    const server = await serve(guarded('good'))
    const error = new Error('the key server is away')
    let failures = 2
    const token = () => {
      if (failures-- > 0) throw error
      return 'good'
    }
    const connections = await connectionsOf(watchOn(server, { token }))
    const errors = connections.flatMap((one) => ('error' in one ? [one.error] : []))
    expect(errors).toEqual([error, error])
    expect(connections.at(-1)).toEqual({ status: 'ended' })
  })

  it('is not called again when it throws NoToken', async () => {
    const server = await serve(guarded('good'))
    const error = new NoToken()
    const token = () => Promise.reject(error)
    const state = await watchOn(server, { token }).ended
    expect(state.connection).toEqual({ status: 'failed', error })
    expect(server.asked).toHaveLength(0)
  })
})
