import { z } from 'zod'

import { DocumentId, Matter } from '../../protocol/document.ts'
import { givenName } from '../../protocol/text.ts'

/** The most documents in one run. */
export const RUN_DOCUMENTS = 10_000
/** The most bytes of one matter's input. A run's object stores a matter's input in one row of at most 2 MB. */
export const MATTER_INPUT_BYTES = 1_500_000

/** A matter's documents: their ids, and the names that become the jobs' titles. */
const MatterDocuments = z.strictObject({
  matter: Matter,
  /** The present name of a matter whose group has an earlier one. */
  title: givenName(200).exactOptional(),
  documents: z
    .array(z.strictObject({ document_id: DocumentId, name: givenName(1_000) }))
    .max(RUN_DOCUMENTS),
})

/** The documents to index again, each matter once. */
const Matters = z.array(MatterDocuments).superRefine((matters, context) => {
  const count = matters.reduce((sum, { documents }) => sum + documents.length, 0)
  const isTwice = new Set(matters.map(({ matter }) => matter)).size < matters.length
  if (isTwice) context.addIssue({ code: 'custom', message: 'a matter is listed twice' })
  if (count > RUN_DOCUMENTS)
    context.addIssue({ code: 'custom', message: 'a run has at most 10,000 documents' })
})

/** The input is one matter's uploaded documents, or `outdated`: documents whose vectors are of another model. */
export const DocumentsInput = z.union([MatterDocuments, z.strictObject({ outdated: Matters })])
export type DocumentsInput = z.infer<typeof DocumentsInput>

/** Null if the document belongs to the run. An `outdated` job first takes the document, if it is still outdated. */
export const JobKind = z.enum(['outdated']).nullable()

/** A matter as a run stores it with the group. Runs of an earlier version have no `job`. */
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
