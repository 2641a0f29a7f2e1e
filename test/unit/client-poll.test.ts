import { describe, expect, it } from 'vitest'

import { ScriptedRun } from '../support/scripted-run.ts'
import { serve } from '../support/serve.ts'
import { begin } from '../support/watch-server.ts'
import { pictureOf, watchOn } from '../support/watched.ts'

describe('a poll', () => {
  it('W-5: does not wait at first and waits later, and requests the changes after its cursor each time', async () => {
    const run = new ScriptedRun(3)
    let answers = 0
    const server = await serve({
      http: (asked, answer) => {
        answers += 1
        if (asked.headers['if-none-match'] === '"scripted.2"' && answers === 2)
          return answer.writeHead(304).end()
        const to = answers === 1 ? 2 : 3
        const body = {
          cursor: `scripted.${to}`,
          events: run.since(asked.cursor, to),
          done: to === 3,
        }
        answer.writeHead(200, { 'content-type': 'application/json', etag: `"scripted.${to}"` })
        return answer.end(JSON.stringify(body))
      },
    })
    const state = await watchOn(server, { transport: 'poll' }).ended
    expect(pictureOf(state)).toEqual(run.picture())
    expect(server.asked.map(({ query }) => [query.get('cursor'), query.get('wait')])).toEqual([
      [null, '0'],
      ['scripted.2', '25'],
      ['scripted.2', '25'],
    ])
  })

  it('requests the full state after an answer that cannot be read', async () => {
    const run = new ScriptedRun(3)
    const server = await serve({
      http: (asked, answer) => {
        const first = server.asked.length === 1
        const body = { cursor: 'scripted.3', events: run.since(asked.cursor), done: true }
        begin(answer, 'application/json').end(
          first ? '{"cursor":"scripted.2","events":[{}]}' : JSON.stringify(body),
        )
      },
    })
    const state = await watchOn(server, { transport: 'poll' }).ended
    expect(pictureOf(state)).toEqual(run.picture())
    expect(server.asked.map(({ cursor }) => cursor)).toEqual([undefined, undefined])
  })
})
