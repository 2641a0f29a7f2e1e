import { ExternalId } from '../../protocol/ids.ts'
import type { Json } from '../../protocol/json.ts'
import type { GroupSeed, JobSeed, Pipeline, PlanTask } from '../pipeline.ts'
import { MENDABLE } from './document-failure.ts'
import { DocumentsInput, mattersOf, StoredMatter } from './input.ts'
import { work, type DocumentWorkPorts } from './work.ts'

/** The number of jobs that a plan yields at a time. */
const BATCH = 500

/** Makes documents searchable. A group is a matter, a job is one of its documents. */
export const documents: Pipeline<DocumentsInput, unknown, DocumentWorkPorts> = {
  name: 'documents',
  input: DocumentsInput,
  limits: { flight_jobs: 1, plan_deadline_ms: 60_000, job_deadline_ms: 600_000 },
  nouns: {
    group: { one: 'matter', many: 'matters' },
    job: { one: 'document', many: 'documents' },
    list: { one: 'list of documents', many: 'lists of documents' },
  },
  phases: { planning: 'Listing documents', working: 'Reading documents' },
  steps: [
    { step: 'extracting', words: 'Reading the text' },
    { step: 'chunking', words: 'Finding passages' },
    { step: 'embedding', words: 'Making vectors' },
    { step: 'indexing', words: 'Storing passages' },
  ],
  mendable: MENDABLE,
  // A document takes much time and memory, so each batch of this queue holds one document.
  queue: { name: 'runcast-documents', binding: 'DOCUMENTS_QUEUE' },
  pace: 'live',
  groups: (input) =>
    mattersOf(input).map(({ title, ...matter }) => ({
      key: matter.matter,
      ...(title === undefined ? {} : { title }),
      input: matter,
    })),
  once: true,
  inputOf,
  plan,
  work,
}

function inputOf(groups: readonly GroupSeed[]): Json {
  const outdated = groups.map(({ input, title }) => {
    const { matter, documents: named } = StoredMatter.parse(input)
    return { matter, ...(title === undefined ? {} : { title }), documents: named }
  })
  const [only] = groups
  const isUpload = only !== undefined && StoredMatter.parse(only.input).job === null
  return isUpload ? (outdated[0] ?? null) : { outdated }
}

/** Yields the documents that the run's input names. The plan does not search for documents. */
async function* plan({ input }: PlanTask): AsyncGenerator<readonly JobSeed[]> {
  const { documents: found, job } = StoredMatter.parse(input)
  for (let at = 0; at < found.length; at += BATCH) {
    yield found.slice(at, at + BATCH).map(({ document_id, name }) => ({
      external_id: ExternalId.parse(document_id),
      title: name,
      payload: job,
    }))
  }
}
