import { createHash } from 'node:crypto'

import { expect, it } from 'vitest'
import { z } from 'zod'

import { Crowded } from '../../src/protocol/crowded.ts'
import { ProgressMessage } from '../../src/protocol/document-progress.ts'
import {
  ChunkPage,
  DocumentPage,
  DocumentView,
  SearchPage,
  Uploaded,
} from '../../src/protocol/document.ts'
import { RunEvent } from '../../src/protocol/events.ts'
import { LogPage } from '../../src/protocol/log.ts'
import { MatterPage } from '../../src/protocol/matter.ts'
import { PipelineList } from '../../src/protocol/pipelines.ts'
import { PollAnswer } from '../../src/protocol/poll.ts'
import {
  JobPage,
  JobRecord,
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
  Crowded,
  RunStarted,
  RunSummary,
  RunView,
  JobPage,
  JobRecord,
  LogPage,
  PipelineList,
  RetryChoice,
  RunRetried,
  WatchToken,
  Uploaded,
  MatterPage,
  DocumentView,
  DocumentPage,
  ChunkPage,
  SearchPage,
  DocumentProgress: ProgressMessage,
}

/**
 * The hash of all schemas that clients read and write. A change is a decision. An addition that older
 * clients ignore changes this hash, and docs/PROTOCOL.md tells of it. Any other change breaks existing
 * clients.
 */
const HASH = 'bb4c50c3c7e8744edfa858e10416684d9f361f9fd5bd36dfb8c834957fc03b19'

it('EV-8: the shapes on the wire have not changed', () => {
  const schemas = Object.entries(wire).map(([name, schema]) => [
    name,
    z.toJSONSchema(schema, { unrepresentable: 'any', io: 'output' }),
  ])
  const hash = createHash('sha256').update(JSON.stringify(schemas)).digest('hex')
  expect({ hash }).toEqual({ hash: HASH })
})
