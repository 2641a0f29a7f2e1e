import { z } from 'zod'

/** RFC 9457 problem details, with a request id and the faulty fields. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  /** Absent in a problem that an open stream sends: it answers no request. */
  request_id: z.string().exactOptional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  /** When the removal of what was asked for began, in ISO 8601. Of `removed` alone. */
  removed_at: z.string().exactOptional(),
  /** The quotas that are used up. Of `quota-exceeded` and `storage-full` alone. */
  'violated-policies': z.array(z.string()).exactOptional(),
})
export type Problem = z.infer<typeof Problem>

/** The stable problem codes: the `type` URI is `/problems/<code>`. */
export const problems = {
  'invalid-json': { status: 400, title: 'The body is not JSON' },
  'invalid-form': { status: 400, title: 'The body is not a complete form' },
  'invalid-input': { status: 422, title: 'The input is not valid' },
  unauthorized: { status: 401, title: 'A valid token is needed' },
  'foreign-origin': { status: 403, title: 'Pages of this origin may not call the API' },
  'token-expired': { status: 401, title: 'The token has expired' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'This method is not allowed here' },
  conflict: { status: 409, title: 'The run has already ended' },
  'nothing-to-retry': { status: 409, title: 'There is nothing to try again' },
  archived: { status: 409, title: 'The run is archived' },
  'in-use': { status: 409, title: 'This is still in use' },
  deleted: { status: 410, title: 'This has been deleted' },
  removed: { status: 410, title: 'This has been removed' },
  'switched-off': { status: 409, title: 'This is switched off' },
  'too-many': { status: 409, title: 'There are too many of these' },
  exists: { status: 409, title: 'This already exists' },
  superseded: { status: 409, title: 'A newer visit has begun' },
  decided: { status: 409, title: 'The expiry was decided otherwise' },
  'too-slow': { status: 408, title: 'The body came too slowly' },
  'too-large': { status: 413, title: 'The body is too large' },
  'storage-full': { status: 413, title: 'The storage is full' },
  'unsupported-media-type': { status: 415, title: 'A body of this type is not accepted' },
  'quota-exceeded': { status: 429, title: 'A quota is used up' },
  'upgrade-required': { status: 426, title: 'This path is for WebSockets' },
  'key-reused': { status: 422, title: 'This Idempotency-Key came with another body' },
  'not-configured': { status: 503, title: 'This is not set up in this deployment' },
  unavailable: { status: 503, title: 'A part of the service cannot be reached' },
  damaged: { status: 500, title: 'A stored record cannot be read' },
  internal: { status: 500, title: 'Something went wrong here' },
} as const satisfies Record<string, { status: number; title: string }>
export type ProblemCode = keyof typeof problems
