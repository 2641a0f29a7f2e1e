import { z } from 'zod'

import { DocumentId, Matter } from '../../protocol/document.ts'

/** What an upload starts a run with: ids, and the names that its jobs are shown by. */
export const DocumentsInput = z.strictObject({
  matter: Matter,
  documents: z
    .array(z.strictObject({ document_id: DocumentId, name: z.string().min(1).max(1_000) }))
    .max(10_000),
})
export type DocumentsInput = z.infer<typeof DocumentsInput>
