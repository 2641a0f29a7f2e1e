import { z } from 'zod'

import { ChildDocument, type DocumentNotice, MESSAGE_KINDS } from '../protocol/document.ts'
import type { Database } from './connect.ts'
import { readableRows } from './readable.ts'

/**
 * Links what is attached to the messages among given documents, by the documents that the matter keeps for both. A
 * repeat changes nothing. $1 to $3 are the owner, the matter and the run; `rows` is the FROM item of the documents.
 */
export const attachStatement = (rows: string) => `
WITH kept AS (
  SELECT given.document_id AS given_id, given.parent, given.place, documents.document_id
  FROM ${rows}
  JOIN documents ON documents.owner = $1::text AND documents.matter = $2::text
    AND documents.sha256 = given.sha256
  WHERE $3::text IS NOT NULL
)
INSERT INTO attachments (owner, parent_id, document_id, place)
SELECT DISTINCT ON (message.document_id, kept.document_id)
  $1::text, message.document_id, kept.document_id, kept.place
FROM kept JOIN kept AS message ON message.given_id = kept.parent
WHERE kept.document_id <> message.document_id
ORDER BY message.document_id, kept.document_id, kept.place
ON CONFLICT (owner, parent_id, document_id) DO NOTHING`

const CHILDREN = `attachments AS link
  JOIN documents AS child ON child.owner = link.owner AND child.document_id = link.document_id
  LEFT JOIN run_jobs AS child_job ON child_job.owner = child.owner
    AND child_job.run_id = child.run_id AND child_job."group" = child.matter
    AND child_job.external_id = child.document_id`

/** Whether a child has no text, and no job is to read it. */
const UNREAD = `child.stage IS NULL
  AND (child_job.status IN ('failed', 'skipped', 'aborted') OR child.refused IS NOT NULL)`

/** The most names in a notice. */
const NAMED = 5

const KINDS = MESSAGE_KINDS.map((kind) => `'${kind}'`).join(', ')

/** The columns by which `kept` is linked to others: its first message, and what is attached to it. */
export const LINKED = `
  (SELECT jsonb_build_object('document_id', parent.document_id, 'name', parent.name)
    FROM attachments AS link
    JOIN documents AS parent
      ON parent.owner = link.owner AND parent.document_id = link.parent_id
    WHERE link.owner = kept.owner AND link.document_id = kept.document_id
    ORDER BY parent.created_at, parent.document_id LIMIT 1) AS parent,
  CASE WHEN kept.kind IN (${KINDS}) THEN (
    SELECT jsonb_build_object('attached', count(*), 'unread', count(*) FILTER (WHERE ${UNREAD}),
      'names', to_jsonb((array_agg(child.name ORDER BY link.place) FILTER (WHERE ${UNREAD}))[1:${NAMED}]))
    FROM ${CHILDREN}
    WHERE link.owner = kept.owner AND link.parent_id = kept.document_id) END AS attached`

export const Attached = z.object({
  attached: z.int(),
  unread: z.int(),
  names: z.array(z.string()).nullable(),
})

/**
 * The notices of a message. Its reader says that the attached files were left out. Once they are documents, the notice
 * names those of them that cannot be read.
 */
export function noticesOf(
  notices: readonly DocumentNotice[],
  { attached, unread, names }: z.infer<typeof Attached>,
): DocumentNotice[] {
  if (attached === 0) return [...notices]
  const others = notices.filter(({ code }) => code !== 'attachments_left_out')
  if (unread === 0) return others
  const listed = (names ?? []).join(', ') + (unread > NAMED ? ' and more' : '')
  const words = unread === 1 ? 'attached file could' : 'attached files could'
  const message = `${unread} ${words} not be read: ${listed}`
  return [...others, { code: 'attachments_unread', message, count: unread }]
}

/** Lists what is attached to a message, in the message's order. */
export async function listChildren(
  db: Database,
  { owner, document_id }: { readonly owner: string; readonly document_id: string },
): Promise<readonly ChildDocument[]> {
  const rows = await db.query(LIST, [owner, document_id])
  const nameOf = (row: { document_id?: unknown }) => ({
    owner,
    what: `the attached document ${String(row.document_id)}`,
  })
  return readableRows(ChildDocument, rows, nameOf)
}

const LIST = `
SELECT child.document_id, child.name,
  CASE WHEN child.stage IS NOT NULL THEN 'ready' ELSE coalesce(child_job.status, 'pending') END
    AS status
FROM ${CHILDREN}
WHERE link.owner = $1::text AND link.parent_id = $2::text
ORDER BY link.place, child.document_id`
