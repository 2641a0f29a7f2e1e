import { z } from 'zod'

import { SlugInPath } from '../../protocol/company.ts'
import { parseCursor } from '../../protocol/cursor.ts'
import { DocumentId } from '../../protocol/document.ts'
import { ExternalId, RunId } from '../../protocol/ids.ts'
import { WatchTokenId } from '../../protocol/run.ts'
import { givenText } from '../../protocol/text.ts'

/** What is looked for, or a cursor. */
export const QueryText = givenText(1_000)

const ID = '4f0c6d1e2b3a49585f6e7d8c9b0a1f2e'

export const RunPath = z.object({
  run_id: RunId.meta({ description: 'The id of a run.', examples: [ID] }),
})

export const WatchTokenPath = RunPath.extend({
  token_id: WatchTokenId.meta({ description: 'The id of a watch token.', examples: [ID] }),
})

export const DocumentPath = z.object({
  document_id: DocumentId.meta({ description: 'The id of a document.', examples: [ID] }),
})

const CompanySlug = SlugInPath.meta({ description: 'The slug of a company.', examples: ['acme'] })

export const CompanyPath = z.object({ slug: CompanySlug })

export const PostingPath = z.object({
  company: CompanySlug,
  external_id: ExternalId.meta({
    description: 'The id of a posting at its source. An address is percent-encoded.',
    examples: ['101'],
  }),
})

/** The parameters of a listing: where its page begins, and how many entries it holds. */
export function pageOf({ normal, max }: { normal: number; max: number }) {
  return {
    cursor: QueryText.exactOptional().meta({
      description: 'The `next_cursor` of the page before. The first page has none.',
    }),
    limit: limitOf({ normal, max }),
  }
}

/** `?limit=`: how many entries a page holds. */
export function limitOf({ normal, max }: { normal: number; max: number }) {
  const message = `a whole number from 1 to ${max}`
  return wholeNumber(z.int(message).min(1, message).max(max, message))
    .default(normal)
    .meta({ description: 'How many entries a page holds at most.', examples: [normal] })
}

/** A number in the text of a query: the schema refuses text of another form. */
export function wholeNumber(schema: z.ZodInt, form = /^[0-9]{1,15}$/) {
  const read = (text: unknown) =>
    typeof text === 'string' && form.test(text) ? Number(text) : text
  return z.preprocess(read, schema)
}

/** A start under a key that the owner used before, with the same body, is the same run. */
export const StartHeaders = z.object({
  'Idempotency-Key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters')
    .exactOptional()
    .meta({
      description:
        'Equal starts with the same key are one run. Another body is 422 (`key-reused`).',
      examples: ['order-1027'],
    }),
})

/** Which states the client has already (RFC 9110, section 13.1.2): a list of tags compared weakly, or `*`. */
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

/** A watcher with any other text than a cursor gets the full state (W-4). */
const WatchedCursor = z
  .string()
  .transform((text) => ({ cursor: parseCursor(text) }))
  .exactOptional()

export const WatchHeaders = z.object({
  'Last-Event-ID': WatchedCursor.meta({
    description: 'The cursor that the client has. It goes before those of the query.',
    examples: ['k3f09x2a.14'],
  }),
})

const EXTRAS = ['detail', 'log'] as const

/** How a run is watched, over each of the transports. */
export const WatchQuery = z.object({
  last_event_id: WatchedCursor.meta({ description: 'As `cursor`, for clients that call it so.' }),
  cursor: WatchedCursor.meta({
    description: 'The cursor that the client has. With any other text it gets the full state.',
    examples: ['k3f09x2a.14'],
  }),
  lean: z
    .string()
    .transform((text) => text === '1')
    .default(false)
    .meta({ description: '`1`: only what was added, and large states in pages.', examples: ['1'] }),
  with: z
    .string()
    .transform((text) => EXTRAS.filter((extra) => text.split(',').includes(extra)))
    .default([])
    .meta({ description: 'What to send besides: `detail`, `log`.', examples: ['detail,log'] }),
})

/** A request to watch a run, as it was read. */
export type Watching = {
  readonly params: z.infer<typeof RunPath>
  readonly query: z.infer<typeof WatchQuery>
  readonly headers: z.infer<typeof WatchHeaders>
}
