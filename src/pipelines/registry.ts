// Lists the pipelines of this deployment. src/compose/pipelines.ts derives the API's inputs, the planners, the
// workers and the queues of messages from this list.
export { documents } from './documents/documents.ts'
export { ingestion } from './ingestion/ingestion.ts'
