import { ApiError } from '../api-error.ts'
import { retryAfterMs } from '../backoff.ts'
import type { FetchResponse } from '../run-route.ts'
import type { Ending } from './connect.ts'

/** An answer that is not a success, as the end of a connection. */
export async function refusal(response: FetchResponse): Promise<Ending> {
  const retry_after_ms = retryAfterMs(response.headers.get('retry-after'), Date.now())
  return { kind: 'refused', error: await ApiError.of(response), retry_after_ms }
}
