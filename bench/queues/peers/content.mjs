/** The jobs of a round. Each has about 1 KB of content, as a posting of the sample sites has. */
export function makeJobs(count) {
  return Array.from({ length: count }, (_, n) => ({
    key: `job-${n}`,
    body: `${n} `.padEnd(1_000, 'content '),
  }))
}

export function slices(items, size) {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  )
}

/**
 * Writes one row for each job. A job may run twice, so its write is idempotent: this is what the documents of both
 * queues ask of a job. `executions` counts how often a job got here.
 */
export const UPSERT = `
INSERT INTO job_rows AS kept (key, body)
SELECT * FROM unnest($1::text[], $2::text[])
ON CONFLICT (key) DO UPDATE SET body = excluded.body, executions = kept.executions + 1`
