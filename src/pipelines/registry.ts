// The pipelines of this deployment, one line each. The API's inputs, the planners and workers, and the
// queues that messages go to derive from this list (src/compose/pipelines.ts).
export { documents } from './documents/documents.ts'
export { ingestion } from './ingestion/ingestion.ts'
