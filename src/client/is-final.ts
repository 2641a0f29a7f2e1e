import { ApiError } from './api-error.ts'
import { NoToken } from './token.ts'

/** Asking again would be answered the same. */
export function isFinal(error: unknown): boolean {
  return error instanceof NoToken || (error instanceof ApiError && error.isFinal)
}
