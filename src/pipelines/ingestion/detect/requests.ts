import type { FetchPort } from '../../fetch.ts'
import { PlanFailure } from '../../pipeline.ts'

/** A fetch that makes so many requests, and then throws a PlanFailure. */
export function fetchUpTo(most: number, fetch: FetchPort): FetchPort {
  let left = most
  return (url, init) => {
    if (left <= 0) return Promise.reject(new PlanFailure(SPENT))
    left -= 1
    return fetch(url, init)
  }
}

const SPENT = {
  code: 'requests_spent',
  message: 'Runcast has made as many requests as one call may: ask for this address again.',
  retryable: true,
}
