import { z } from 'zod'

import { SlugInPath } from '../../protocol/company.ts'
import { parseCursor } from '../../protocol/cursor.ts'
import { DocumentId } from '../../protocol/document.ts'
import { ExternalId, RunId } from '../../protocol/ids.ts'
import { MatterId } from '../../protocol/matter.ts'
import { WatchTokenId } from '../../protocol/run.ts'
import { ScheduleId } from '../../protocol/schedule.ts'
import { givenText } from '../../protocol/text.ts'
import { WebhookId } from '../../protocol/webhook.ts'

/** A text in a query: the words to search for, the name of a group, a cursor. */
export const QueryText = givenText(1_000)

const ID = '4f0c6d1e2b3a49585f6e7d8c9b0a1f2e'

export const RunPath = z.object({
  run_id: RunId.meta({ description: 'The id of a run.', examples: [ID] }),
})

const tokenInPath = {
  token_id: WatchTokenId.meta({ description: 'The id of a watch token.', examples: [ID] }),
}

export const WatchTokenPath = RunPath.extend(tokenInPath)

export const DocumentPath = z.object({
  document_id: DocumentId.meta({ description: 'The id of a document.', examples: [ID] }),
})

export const SchedulePath = z.object({
  schedule_id: ScheduleId.meta({ description: 'The id of a schedule.', examples: [ID] }),
})

export const WebhookPath = z.object({
  webhook_id: WebhookId.meta({ description: 'The id of a webhook.', examples: [ID] }),
})

export const DeliveryPath = WebhookPath.extend({
  notice_id: givenText(200).meta({
    description: 'The id of a notice: its `webhook-id`.',
    examples: [`${ID}.k3f09x2a.1.finished`],
  }),
})

export const MatterPath = z.object({
  matter_id: MatterId.meta({ description: 'The id of a matter.', examples: [ID] }),
})

export const MatterTokenPath = MatterPath.extend(tokenInPath)

/** A number in a path, of at most seven digits. */
function numberInPath(least: number, description: string) {
  const number = z
    .int()
    .min(least)
    .max(9_999_999)
    .meta({ examples: [least] })
  return wholeNumber(number).meta({ description })
}

export const PassagePath = DocumentPath.extend({
  n: numberInPath(0, 'The number of a passage, as hits and pieces name it.'),
})

export const PagePath = DocumentPath.extend({
  page: numberInPath(1, 'The number of a page, from 1 on.'),
})

const CompanySlug = SlugInPath.meta({ description: 'The slug of a company.', examples: ['acme'] })

export const CompanyPath = z.object({ slug: CompanySlug })

export const PostingPath = z.object({
  company: CompanySlug,
  external_id: ExternalId.meta({
    description:
      'The id of a posting at its source. An id that is a web address is percent-encoded.',
    examples: ['101'],
  }),
})

/** The parameters of a list: the cursor at which its page begins, and the most entries of the page. */
export function pageOf({ normal, max }: { normal: number; max: number }) {
  return {
    cursor: QueryText.exactOptional().meta({
      description: 'The `next_cursor` of the page before. Leave it out for the first page.',
    }),
    limit: limitOf({ normal, max }),
  }
}

/** The run and the cursor up to which the caller of a list has watched the run (DB-4). */
export const seeing = {
  seen: z
    .string()
    .regex(/^[0-9a-f]{32}:[0-9a-z]{1,16}\.(0|[1-9][0-9]{0,14})$/, 'must be <run_id>:<cursor>')
    .transform((text) => {
      const [run_id = '', cursor = ''] = text.split(':')
      return { run_id, seq: Number(cursor.slice(cursor.indexOf('.') + 1)) }
    })
    .exactOptional()
    .meta({
      description:
        'A run and its cursor, as the caller last saw them: the list shows at least what was stored then.',
      examples: [`${ID}:k3f09x2a.14`],
    }),
}

/** The parameter `limit`: the most entries of a page. */
export function limitOf({ normal, max }: { normal: number; max: number }) {
  const message = `a whole number from 1 to ${max}`
  return wholeNumber(z.int(message).min(1, message).max(max, message))
    .default(normal)
    .meta({ description: 'The most entries of a page.', examples: [normal] })
}

/** Reads a whole number from the text of a query. The schema refuses a text that does not match `form`. */
export function wholeNumber(schema: z.ZodInt, form = /^[0-9]{1,15}$/) {
  const read = (text: unknown) =>
    typeof text === 'string' && form.test(text) ? Number(text) : text
  return z.preprocess(read, schema)
}

/** Starts of one owner with the same key and the same body are one run. */
export const StartHeaders = z.object({
  'Idempotency-Key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters')
    .exactOptional()
    .meta({
      description:
        'Starts with the same key and the same body are one run. Another body with the key is 422 (`key-reused`).',
      examples: ['order-1027'],
    }),
})

/** The ETags of the states that the client already has, compared weakly, or `*` (RFC 9110, section 13.1.2). */
export const FreshHeaders = z.object({
  'If-None-Match': z
    .string()
    .transform((text) => text.split(',').map((tag) => tag.trim().replace(/^W\//, '')))
    .default([])
    .meta({ description: 'The `ETag` of an earlier answer.', examples: ['"k3f09x2a.14"'] }),
})

export function isFresh({ 'If-None-Match': tags }: z.infer<typeof FreshHeaders>, etag: string) {
  return tags.includes(etag) || tags.includes('*')
}

/** The cursor of a client. A text that is no cursor is not refused: the client gets the full state (W-4). */
const WatchedCursor = z
  .string()
  .transform((text) => ({ cursor: parseCursor(text) }))
  .exactOptional()

export const WatchHeaders = z.object({
  'Last-Event-ID': WatchedCursor.meta({
    description: 'The cursor of the client. It has precedence over the cursors of the query.',
    examples: ['k3f09x2a.14'],
  }),
})

const EXTRAS = ['detail', 'log'] as const

/** The query of a request to watch a run, for all transports. */
export const WatchQuery = z.object({
  last_event_id: WatchedCursor.meta({
    description: 'The same as `cursor`, for clients that use this name.',
  }),
  cursor: WatchedCursor.meta({
    description:
      'The cursor of the client. For a text that is no cursor, the client gets the full state.',
    examples: ['k3f09x2a.14'],
  }),
  lean: z
    .string()
    .transform((text) => text === '1')
    .default(false)
    .meta({
      description:
        '`1`: send added jobs instead of the full state again, and large states in pages.',
      examples: ['1'],
    }),
  with: z
    .string()
    .transform((text) => EXTRAS.filter((extra) => text.split(',').includes(extra)))
    .default([])
    .meta({
      description: 'Events to send as well: `detail`, `log`, or both.',
      examples: ['detail,log'],
    }),
})

/** A request to watch a run, as the schemas read it. */
export type Watching = {
  readonly params: z.infer<typeof RunPath>
  readonly query: z.infer<typeof WatchQuery>
  readonly headers: z.infer<typeof WatchHeaders>
}
