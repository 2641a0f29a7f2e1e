import { z } from 'zod'

import { GivenCompany } from '../../pipelines/ingestion/company.ts'
import { CompanyPage, CompanyView } from '../../protocol/company.ts'
import { Detection } from '../../protocol/detection.ts'
import {
  ChunkPage,
  ChunkView,
  DocumentNotice,
  DocumentPage,
  DocumentView,
  Outline,
  PageView,
  PassageView,
  SearchHit,
  SearchPage,
  Uploaded,
} from '../../protocol/document.ts'
import { RunEvent } from '../../protocol/events.ts'
import { ExpiryDecision, ExpiryView } from '../../protocol/expiry.ts'
import { LogLine, LogPage } from '../../protocol/log.ts'
import { MatterPage, MatterTokenView, MatterView } from '../../protocol/matter.ts'
import { PipelineList } from '../../protocol/pipelines.ts'
import { PollAnswer } from '../../protocol/poll.ts'
import {
  PostingHistory,
  PostingPage,
  PostingView,
  RelatedPostings,
} from '../../protocol/posting.ts'
import { CompanyPreview, Preview } from '../../protocol/preview.ts'
import { Problem } from '../../protocol/problems.ts'
import {
  AbortReceipt,
  JobPage,
  JobRecord,
  JobView,
  RetryChoice,
  RunPage,
  RunRetried,
  RunStarted,
  RunSummary,
  RunView,
  Snapshot,
  WatchToken,
} from '../../protocol/run.ts'
import {
  ScheduleList,
  ScheduleSummary,
  ScheduleView,
  SlotView,
  When,
} from '../../protocol/schedule.ts'
import { RunTokenView, WatchTokenList } from '../../protocol/watch-token-list.ts'
import {
  DeliveryList,
  DeliveryView,
  GivenWebhook,
  WebhookList,
  WebhookView,
  WebhookWithSecret,
} from '../../protocol/webhook.ts'

/** The name of each schema under `components.schemas`. Generators of clients use these names. */
const named = {
  AbortReceipt,
  ChunkPage,
  ChunkView,
  Company: GivenCompany,
  CompanyPage,
  CompanyPreview,
  CompanyView,
  DeliveryList,
  DeliveryView,
  Detection,
  DocumentNotice,
  DocumentPage,
  DocumentView,
  ExpiryDecision,
  ExpiryView,
  JobPage,
  JobRecord,
  JobView,
  LogLine,
  LogPage,
  MatterPage,
  MatterTokenView,
  MatterView,
  Outline,
  PageView,
  PassageView,
  PipelineList,
  PollAnswer,
  PostingHistory,
  RelatedPostings,
  PostingPage,
  PostingView,
  Preview,
  Problem,
  RetryChoice,
  RunEvent,
  RunPage,
  RunRetried,
  RunStarted,
  RunSummary,
  RunTokenView,
  RunView,
  ScheduleList,
  ScheduleSummary,
  ScheduleView,
  SearchHit,
  SearchPage,
  SlotView,
  Snapshot,
  Uploaded,
  WatchToken,
  WatchTokenList,
  Webhook: GivenWebhook,
  WebhookList,
  WebhookView,
  WebhookWithSecret,
  When,
}

const ids = new Map<object, string>(Object.entries(named).map(([id, schema]) => [schema, id]))

/**
 * Looks up the metadata of a schema: zod's own, and the name from the list above, because the schemas
 * themselves have no names. Returns a copy, because `openapi-schema.ts` changes parts of the metadata in place.
 */
export const schemaNames = {
  get: (schema: z.core.$ZodType) => {
    const id = ids.get(schema)
    const { id: _own, ...known } = structuredClone(z.globalRegistry.get(schema)) ?? {}
    return id === undefined ? known : { ...known, id }
  },
}
