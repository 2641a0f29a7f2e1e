import { createHash } from 'node:crypto'

import { expect, it } from 'vitest'
import { z } from 'zod'

import { DocumentProgress } from '../../src/protocol/document-progress.ts'
import {
  ChunkPage,
  DocumentPage,
  DocumentView,
  SearchPage,
  Uploaded,
} from '../../src/protocol/document.ts'
import { RunEvent } from '../../src/protocol/events.ts'
import { LogPage } from '../../src/protocol/log.ts'
import { PollAnswer } from '../../src/protocol/poll.ts'
import {
  JobPage,
  RetryChoice,
  RunRetried,
  RunStarted,
  RunSummary,
  RunView,
  WatchToken,
} from '../../src/protocol/run.ts'
import { Ack } from '../../src/protocol/socket.ts'
import { TokenExpired } from '../../src/protocol/token-expired.ts'

const wire = {
  RunEvent,
  PollAnswer,
  Ack,
  TokenExpired,
  RunStarted,
  RunSummary,
  RunView,
  JobPage,
  LogPage,
  RetryChoice,
  RunRetried,
  WatchToken,
  Uploaded,
  DocumentView,
  DocumentPage,
  ChunkPage,
  SearchPage,
  DocumentProgress,
}

/**
 * What clients read and write. A change of it is a decision: an addition that older clients pass over
 * changes the hash here and is told in docs/PROTOCOL.md; anything else breaks those who are there.
 */
const HASH = '2d25c32929e231f11ba7231985ba0ca12926bea119b7b00bc42d15c67d6cae7a'

it('EV-8: the shapes on the wire are what they were', () => {
  const schemas = Object.entries(wire).map(([name, schema]) => [
    name,
    z.toJSONSchema(schema, { unrepresentable: 'any', io: 'output' }),
  ])
  const hash = createHash('sha256').update(JSON.stringify(schemas)).digest('hex')
  expect({ hash }).toEqual({ hash: HASH })
})
