import { z } from 'zod'

import { DocumentId, Matter } from '../../protocol/document.ts'
import { givenName } from '../../protocol/text.ts'

/** As many documents as one run has. */
export const RUN_DOCUMENTS = 10_000

/** The ids of a matter's documents, and the names that their jobs are shown by. */
const MatterDocuments = z.strictObject({
  matter: Matter,
  documents: z
    .array(z.strictObject({ document_id: DocumentId, name: givenName(1_000) }))
    .max(RUN_DOCUMENTS),
})

/** What is to be made anew, each matter once. */
const Matters = z.array(MatterDocuments).superRefine((matters, context) => {
  const count = matters.reduce((sum, { documents }) => sum + documents.length, 0)
  const isTwice = new Set(matters.map(({ matter }) => matter)).size < matters.length
  if (isTwice) context.addIssue({ code: 'custom', message: 'a matter is listed twice' })
  if (count > RUN_DOCUMENTS)
    context.addIssue({ code: 'custom', message: 'a run has at most 10,000 documents' })
})

/** What an upload brought to a matter; or documents whose vectors another model has made. */
export const DocumentsInput = z.union([MatterDocuments, z.strictObject({ outdated: Matters })])
export type DocumentsInput = z.infer<typeof DocumentsInput>

/** What its documents are to a job: its run's already, or, once it begins, if they are outdated still. */
export const JobKind = z.enum(['outdated']).nullable()

/** A matter as a run keeps it with its group, also one that was started by an earlier version. */
export const StoredMatter = z.object({
  matter: z.string(),
  documents: z.array(z.object({ document_id: DocumentId, name: z.string() })),
  job: JobKind.default(null),
})
type StoredMatter = z.infer<typeof MatterDocuments> & { readonly job?: 'outdated' }

export function mattersOf(input: DocumentsInput): readonly StoredMatter[] {
  if (!('outdated' in input)) return [input]
  return input.outdated.map((matter) => ({ ...matter, job: 'outdated' }))
}
