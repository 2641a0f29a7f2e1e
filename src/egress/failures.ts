import { FetchFailure, type FetchFailureCode } from '../pipelines/fetch.ts'

/** The failures that may pass: a later try may succeed. */
const PASSING = new Set<FetchFailureCode>(['first_byte_timeout', 'fetch_timeout', 'unreachable'])

export function fail(
  code: FetchFailureCode,
  message: string,
  options?: ErrorOptions,
): FetchFailure {
  return new FetchFailure({ code, message, retryable: PASSING.has(code) }, options)
}

export function inSeconds(ms: number): string {
  return `${ms / 1000} s`
}

export function inMegabytes(bytes: number): string {
  return `${Math.round((bytes / 1024 / 1024) * 100) / 100} MB`
}
