import { expect, it } from 'vitest'

import { readRunEvent } from '../../src/client/transports/run-event.ts'
import { RunStatus } from '../../src/protocol/status.ts'

it.each(RunStatus.options)('the status %s is read, as each that the protocol has', (data) => {
  expect(readRunEvent({ event: 'status', data })).toEqual({ event: 'status', data })
})

it.each(['', 'Finished', 'waiting', 1, null])('%j is no status', (data) => {
  expect(readRunEvent({ event: 'status', data })).toMatchObject({ kind: 'unreadable' })
})
