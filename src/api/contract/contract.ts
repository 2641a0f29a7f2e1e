import type { Context } from 'hono'
import type { StatusCode } from 'hono/utils/http-status'
import type { z } from 'zod'

import type { Owner } from '../../protocol/ids.ts'
import type { ProblemCode } from '../../protocol/problems.ts'
import type { RequestContext } from '../request-context.ts'

/** The resources, in the order of the OpenAPI document. */
export type Tag =
  | 'Runs'
  | 'Watching'
  | 'Schedules'
  | 'Webhooks'
  | 'Companies'
  | 'Postings'
  | 'Matters'
  | 'Documents'
  | 'Search'
  | 'Tasks'
  | 'Earlier system'
  | 'Service'

/**
 * Who may call a route. `anyone`: a caller without a token. `owner`: the owner of the data, with their own
 * token. `reader`: also the holder of a watch token for the run in the path. `watcher`: as `reader`, and the
 * token may be in the query. `subscriber`: as `owner`, and the token may be in the query. `visitor`: as `owner`, and the
 * holder of a watch token for the matter that the request names (SHARE-1).
 */
export type Access = 'anyone' | 'owner' | 'reader' | 'watcher' | 'subscriber' | 'visitor'

/**
 * One route: its request, its access and its answers. The schemas validate each request, give the handler its
 * types, and are shown in `/api/openapi.json`.
 */
export type Contract = {
  /** The method and Hono's path, such as `GET /api/companies/:slug`. */
  readonly route: `${Method} /${string}`
  readonly tag: Tag
  /** One sentence on what the route does. */
  readonly summary: string
  readonly description?: string
  readonly access: Access
  /**
   * If a parameter of the path does not match its schema, the answer is 404, as for a name that does not exist.
   */
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly headers?: z.ZodObject
  readonly body?: Body
  readonly answers: Answers
  /** The route's own problems. `problems-of.ts` adds those of its access, parameters and body. */
  readonly problems?: readonly ProblemCode[]
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** The contract of a `form` or `bytes` body only documents the body: the handler reads it as a stream. */
export type Body =
  | JsonBody
  | { readonly kind: 'form'; readonly schema: z.ZodObject; readonly example: Example }
  | { readonly kind: 'bytes'; readonly example: string }

/** `optional`: a request without a body counts as one with an empty object. */
type JsonBody<Schema extends z.ZodType = z.ZodType> = {
  readonly kind: 'json'
  readonly schema: Schema
  readonly optional?: true
  readonly example: z.input<Schema>
}

type Example = Readonly<Record<string, unknown>>

/** The answers of a route, by HTTP status. */
type Answers = { readonly [Status in StatusCode]?: Answer }

export type Answer = JsonAnswer | EmptyAnswer | OtherAnswer

export type JsonAnswer<Schema extends z.ZodType = z.ZodType> = {
  readonly kind: 'json'
  readonly description: string
  readonly schema: Schema
  readonly headers?: readonly HeaderName[]
}

type EmptyAnswer = {
  readonly kind: 'empty'
  readonly description: string
  readonly headers?: readonly HeaderName[]
}

/** A stream, a socket, a file: the handler makes the response itself. */
export type OtherAnswer = {
  readonly kind: 'other'
  readonly description: string
  readonly media?: string
  readonly example?: string
  /** The schema of each line, if the answer is NDJSON. */
  readonly line?: z.ZodType
}

export type HeaderName = 'Location' | 'ETag' | 'Retry-After'

/** Describes an answer in JSON. */
export function json<Schema extends z.ZodType>(
  schema: Schema,
  description: string,
  ...headers: HeaderName[]
): JsonAnswer<Schema> {
  return { kind: 'json', description, schema, headers }
}

/** Describes an answer without a body. */
export function empty(description: string, ...headers: HeaderName[]): EmptyAnswer {
  return { kind: 'empty', description, headers }
}

/** Describes a JSON body that each request must have. */
export function jsonBody<Schema extends z.ZodType>(
  schema: Schema,
  example: z.input<Schema>,
): JsonBody<Schema> {
  return { kind: 'json', schema, example }
}

/** Describes a JSON body that may be left out. */
export function optionalJsonBody<Schema extends z.ZodType>(
  schema: Schema,
  example: z.input<Schema>,
): JsonBody<Schema> {
  return { kind: 'json', optional: true, schema, example }
}

/** Describes an answer that the handler makes itself. */
export function other(description: string, media?: string, example?: string): OtherAnswer {
  return {
    kind: 'other',
    description,
    ...(media === undefined ? {} : { media }),
    ...(example === undefined ? {} : { example }),
  }
}

/** Describes an answer of lines, each of them JSON, that the handler writes as they come. */
export function ndjson(line: z.ZodType, description: string): OtherAnswer {
  return { kind: 'other', description, media: 'application/x-ndjson', line }
}

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined

/** A request, as the schemas of its contract read it. */
export type Asked<C extends Contract> = {
  readonly owner: C['access'] extends 'anyone' ? undefined : Owner
  readonly params: Output<C['params']>
  readonly query: Output<C['query']>
  readonly headers: Output<C['headers']>
  readonly body: C['body'] extends JsonBody<infer Schema> ? z.output<Schema> : undefined
}

/** An answer of a handler: status, JSON (undefined if the answer has no body) and headers. */
export type Reply<Status extends StatusCode = StatusCode, Json = unknown> = {
  readonly status: Status
  readonly json: Json
  readonly headers: ReplyHeaders
}

type ReplyHeaders = Readonly<Record<string, string>>

export function reply<Status extends StatusCode, Json>(
  status: Status,
  body: Json,
  headers: ReplyHeaders = {},
): Reply<Status, Json> {
  return { status, json: body, headers }
}

export function emptyReply<Status extends StatusCode>(
  status: Status,
  headers: ReplyHeaders = {},
): Reply<Status, undefined> {
  return { status, json: undefined, headers }
}

type ReplyTo<Status extends StatusCode, One> =
  One extends JsonAnswer<infer Schema>
    ? Reply<Status, z.output<Schema>> | Response
    : One extends EmptyAnswer
      ? Reply<Status, undefined>
      : Response

type RepliesTo<All extends Answers> = {
  [Status in keyof All & StatusCode]: ReplyTo<Status, All[Status]>
}[keyof All & StatusCode]

/** Answers a request with one of the answers that the contract names. */
export type Handle<C extends Contract> = (
  asked: Asked<C>,
  c: Context<RequestContext>,
) => Promise<RepliesTo<C['answers']> & (Reply | Response)>
