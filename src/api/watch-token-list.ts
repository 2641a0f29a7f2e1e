import { z } from 'zod'

import { cutPage, decodePosition, encodePosition, StoredTime } from '../db/page.ts'
import type { ListedRunToken } from '../durable/owner/tokens/run-token-rpc.ts'
import { WatchTokenId } from '../protocol/run.ts'
import { type RunTokenView, WatchTokenList } from '../protocol/watch-token-list.ts'
import { callDatabase, callRun } from './calls.ts'
import type { AddRoute } from './contract/add-route.ts'
import { type Contract, json, reply } from './contract/contract.ts'
import { pageOf } from './contract/parameters.ts'
import type { ApiPorts } from './ports.ts'
import { badCursor } from './problem.ts'

const listed = {
  tag: 'Watching',
  access: 'owner',
  route: 'GET /api/watch-tokens',
  summary:
    'Lists the watch tokens of the caller’s runs and matters that work now, the newest first.',
  description:
    'The tokens themselves are not stored. The token that comes with the answer to a start is in no list.',
  query: z.object(pageOf({ normal: 50, max: 200 })),
  answers: { 200: json(WatchTokenList, 'A page of tokens, by their ids.') },
} as const satisfies Contract

/** The last token of a page: when it was made, and its id. */
const TokenPosition = z.tuple([StoredTime, WatchTokenId])
type TokenPosition = z.infer<typeof TokenPosition>

type Token = WatchTokenList['tokens'][number]

/** Adds the route that lists what an owner shares (SHARE-2, SHARE-4). */
export function watchTokenListRoutes(add: AddRoute, ports: ApiPorts): void {
  add(listed, async ({ owner, query: { cursor, limit } }) => {
    const after = cursor === undefined ? undefined : decodePosition(TokenPosition, cursor)
    if (cursor !== undefined && after === undefined) throw badCursor()
    const asked = {
      limit: limit + 1,
      after: after && { made: Date.parse(after[0]), token_id: after[1] },
    }
    const [matters, runs] = await Promise.all([
      callDatabase(() => ports.documents.tokens.list(owner)),
      callRun(() => ports.owner(owner).listTokens(asked)),
    ])
    const later = matters.filter((token) => after === undefined || isAfter(token, after))
    const { rows, last } = cutPage([...later, ...runs.map(toView)].toSorted(byNewest), limit)
    const next_cursor = last ? encodePosition([last.created_at, last.token_id]) : null
    return reply(200, { tokens: rows, next_cursor })
  })
}

function toView({ run_id, token_id, title, made, until }: ListedRunToken): RunTokenView {
  return {
    kind: 'run',
    token_id,
    run_id,
    run: title,
    created_at: new Date(made).toISOString(),
    expires_at: new Date(until).toISOString(),
  }
}

function byNewest(one: Token, other: Token): number {
  if (one.created_at !== other.created_at) return one.created_at > other.created_at ? -1 : 1
  return one.token_id < other.token_id ? -1 : 1
}

function isAfter({ created_at, token_id }: Token, [made, last]: TokenPosition): boolean {
  return created_at < made || (created_at === made && token_id > last)
}
