import { expect, it } from 'vitest'

import { readRunEvent, readStreamEvent } from '../../src/client/transports/run-event.ts'
import { toMessage } from '../../src/durable/watch/frame.ts'
import { RunStatus } from '../../src/protocol/status.ts'
import { tokenExpired } from '../../src/protocol/token-expired.ts'

it.each(RunStatus.options)('the status %s is read, as is every status of the protocol', (data) => {
  expect(readRunEvent({ event: 'status', data })).toEqual({ event: 'status', data })
})

it.each(['', 'Finished', 'waiting', 1, null])('%j is no status', (data) => {
  expect(readRunEvent({ event: 'status', data })).toMatchObject({ kind: 'unreadable' })
})

it('W-12: token_expired is no event of the run, and counts as a refused token', () => {
  const said: unknown = JSON.parse(toMessage(tokenExpired))
  expect(readRunEvent(said)).toMatchObject({
    kind: 'refused',
    error: { status: 401, problem: { type: '/problems/token-expired' } },
  })
  expect(readStreamEvent(tokenExpired)).toEqual(readRunEvent(said))
})

it.each([{}, 'gone', null, []])(
  'W-12: token_expired counts as a refused token without a problem too: %j',
  (data) => {
    const read = readRunEvent({ event: 'token_expired', data })
    expect(read).toMatchObject({ kind: 'refused', error: { status: 401, problem: undefined } })
  },
)
