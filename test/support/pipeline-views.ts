import { documents } from '../../src/pipelines/documents/documents.ts'
import { ingestion } from '../../src/pipelines/ingestion/ingestion.ts'
import type { PipelineView } from '../../src/protocol/pipelines.ts'

/** The pipelines in the form in which `GET /api/pipelines` gives them to the page. */
export const pipelineViews: readonly PipelineView[] = [documents, ingestion].map(
  ({ name, nouns, phases, steps, mendable = [] }) => {
    return { name, nouns, phases, steps, mendable: [...mendable] }
  },
)
