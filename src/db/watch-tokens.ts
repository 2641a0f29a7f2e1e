import { z } from 'zod'

import { type MatterId, MatterTokenView } from '../protocol/matter.ts'
import type { WatchTokenId } from '../protocol/run.ts'
import type { Database } from './connect.ts'
import { isoText } from './iso.ts'
import { readableRows } from './readable.ts'

type SharedMatterKey = { readonly owner: string; readonly matter_id: MatterId }
type TokenKey = SharedMatterKey & { readonly token_id: WatchTokenId }

/** The most watch tokens of matters that an owner has at a time. */
export const MATTER_TOKENS_MAX = 500

/**
 * Stores a watch token of a matter, and drops the owner's tokens that have expired. 'too_many': the owner has as many as one
 * may have. Undefined: the owner has no such matter.
 */
export async function addWatchToken(
  db: Database,
  { owner, matter_id, token_id, expires_at }: TokenKey & { readonly expires_at: string },
): Promise<'added' | 'too_many' | undefined> {
  const params = [owner, matter_id, token_id, expires_at, MATTER_TOKENS_MAX]
  const [row] = await db.query(ADD, params)
  if (row?.['found'] !== true) return undefined
  return row['added'] === true ? 'added' : 'too_many'
}

const LIVE = 'expires_at > now()'

/** A removal of the matter waits for the lock, and then removes the token too. */
const ADD = `
WITH expired AS (
  DELETE FROM watch_tokens WHERE owner = $1::text AND NOT (${LIVE})
),
found AS (
  SELECT owner, matter_id FROM matters WHERE owner = $1::text AND matter_id = $2::text FOR KEY SHARE
),
added AS (
  INSERT INTO watch_tokens (owner, matter_id, token_id, expires_at)
  SELECT owner, matter_id, $3::text, $4::text::timestamptz FROM found
  WHERE (SELECT count(*) FROM watch_tokens WHERE owner = $1::text AND ${LIVE}) < $5::integer
  RETURNING 1
)
SELECT EXISTS (SELECT FROM found) AS found, EXISTS (SELECT FROM added) AS added`

/** Lists the tokens of an owner's matters that work now, the newest first. */
export async function listWatchTokens(
  db: Database,
  owner: string,
): Promise<readonly MatterTokenView[]> {
  const rows = await db.query(LIST, [owner])
  const nameOf = (row: { token_id?: unknown }) => ({
    owner,
    what: `the watch token ${String(row.token_id)}`,
  })
  return readableRows(MatterTokenView, rows, nameOf)
}

const LIST = `
SELECT 'matter' AS kind, kept.token_id, matter_id, matters.name AS matter,
  ${isoText('kept.created_at')} AS created_at, ${isoText('kept.expires_at')} AS expires_at
FROM watch_tokens AS kept JOIN matters USING (owner, matter_id)
WHERE owner = $1::text AND kept.${LIVE}
ORDER BY kept.created_at DESC, kept.token_id`

/** Revokes a token of a matter. Returns false if the owner has no such matter. */
export async function revokeWatchToken(
  db: Database,
  { owner, matter_id, token_id }: TokenKey,
): Promise<boolean> {
  const [row] = await db.query(REVOKE, [owner, matter_id, token_id])
  return row?.['found'] === true
}

const REVOKE = `
WITH gone AS (
  DELETE FROM watch_tokens
  WHERE owner = $1::text AND matter_id = $2::text AND token_id = $3::text
)
SELECT EXISTS (SELECT FROM matters WHERE owner = $1::text AND matter_id = $2::text) AS found`

/** Revokes all tokens of an owner's matters, or of one of them. */
export async function revokeAllWatchTokens(
  db: Database,
  { owner, matter_id }: { readonly owner: string; readonly matter_id?: MatterId | undefined },
): Promise<void> {
  await db.query(REVOKE_ALL, [owner, matter_id ?? null])
}

const REVOKE_ALL = `
DELETE FROM watch_tokens WHERE owner = $1::text AND ($2::text IS NULL OR matter_id = $2::text)`

/** A guest's request: it names the matter of the guest's token, or one document of that matter. */
export type TokenQuestion = TokenKey & { readonly document_id?: string | undefined }

/**
 * Whether a token reads its matter, and the document, if one is asked for. 'unknown': the matter is no longer there, or does not
 * have the document.
 */
export async function admitWatchToken(
  db: Database,
  { owner, matter_id, token_id, document_id }: TokenQuestion,
): Promise<'yes' | 'revoked' | 'unknown'> {
  const [row] = await db.query(ADMIT, [owner, matter_id, token_id, document_id ?? null])
  if (row === undefined) return 'unknown'
  const { stored, within } = Admitted.parse(row)
  if (!stored) return 'revoked'
  return within ? 'yes' : 'unknown'
}

const Admitted = z.object({ stored: z.boolean(), within: z.boolean() })

const ADMIT = `
SELECT
  EXISTS (SELECT FROM watch_tokens AS kept WHERE kept.owner = matters.owner
    AND kept.matter_id = matters.matter_id AND kept.token_id = $3::text) AS stored,
  $4::text IS NULL OR EXISTS (SELECT FROM documents WHERE documents.owner = matters.owner
    AND documents.document_id = $4::text AND documents.matter = matters."group") AS within
FROM matters WHERE matters.owner = $1::text AND matters.matter_id = $2::text`
