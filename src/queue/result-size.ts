import type { WorkResult } from '../pipelines/pipeline.ts'
import type { Failure } from '../protocol/status.ts'

/** The result as it was given, or the job's failure where its JSON is larger than `most` bytes. */
export function limitResult(result: WorkResult, most: number): WorkResult {
  if (result.kind !== 'ready') return result
  const bytes = bytesOf(JSON.stringify(result.result))
  return bytes <= most ? result : { kind: 'failed', failure: tooLarge(bytes, most) }
}

/** The size of a text in UTF-8. */
function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length
}

function tooLarge(bytes: number, most: number): Failure {
  const [is, may] = [bytes, most].map((count) => count.toLocaleString('en-US'))
  const message = `The result is ${is} bytes of JSON, and at most ${may} are stored with a job.`
  return { code: 'result_too_large', message, retryable: false }
}
