import { createHash } from 'node:crypto'

import { expect, it } from 'vitest'
import { z } from 'zod'

import { RunEvent } from '../../src/protocol/events.ts'
import { LogPage } from '../../src/protocol/log.ts'
import { PollAnswer } from '../../src/protocol/poll.ts'
import {
  JobPage,
  RetryChoice,
  RunRetried,
  RunStarted,
  RunView,
  WatchToken,
} from '../../src/protocol/run.ts'
import { Ack } from '../../src/protocol/socket.ts'

const wire = {
  RunEvent,
  PollAnswer,
  Ack,
  RunStarted,
  RunView,
  JobPage,
  LogPage,
  RetryChoice,
  RunRetried,
  WatchToken,
}

/**
 * What clients read and write. A change of it is a decision: an addition that older clients pass over
 * changes the hash here and is told in docs/PROTOCOL.md; anything else breaks those who are there.
 */
const HASH = 'd6ae5c562e2cec8b7ba476b378e66f36f79b9459c3b18a17e45c2eaba1ff0907'

it('EV-8: the shapes on the wire are what they were', () => {
  const schemas = Object.entries(wire).map(([name, schema]) => [
    name,
    z.toJSONSchema(schema, { unrepresentable: 'any', io: 'output' }),
  ])
  const hash = createHash('sha256').update(JSON.stringify(schemas)).digest('hex')
  expect({ hash }).toEqual({ hash: HASH })
})
