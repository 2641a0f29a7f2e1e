import type { Problem } from '../protocol/problems.ts'
import { parseJson } from './json.ts'
import type { FetchResponse } from './platform.ts'

/** The server's answer was not a success. `problem` is its body where that is a problem (RFC 9457). */
export class ApiError extends Error {
  /** Consoles print an error under the name of its class, which the build would shorten. */
  static override readonly name = 'ApiError'
  override name = 'ApiError'
  declare readonly status: number
  declare readonly problem: Problem | undefined

  constructor(status: number, problem?: Problem) {
    super(problem?.detail ?? `The server answered with HTTP ${status}`)
    this.status = status
    this.problem = problem
  }

  /**
   * Reads a refusal. The body of an answer below 400 may have no end, so it is cancelled unread.
   * @internal
   */
  static async of(response: FetchResponse): Promise<ApiError> {
    const { status, body } = response
    const text = status < 400 ? await body?.cancel() : await response.text()
    return new ApiError(status, asProblem(parseJson(text ?? '')))
  }

  /** Whether the API would answer the same request in the same way again. */
  get isFinal(): boolean {
    return this.status >= 400 && this.status < 500 && !isBusy(this)
  }
}

/** A source of tokens throws this when it has no token, and asking again would not help. */
export class NoToken extends Error {
  /** Consoles print an error under the name of its class, which the build would shorten. */
  static override readonly name = 'NoToken'
  override name = 'NoToken'

  constructor(message = 'No token for the API', options?: { readonly cause?: unknown }) {
    super(message, options)
  }
}

/** Any thrown value, or an abort's reason, as an error. */
export function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason), { cause: reason })
}

/** Whether trying again would fail in the same way. */
export function isFinal(error: unknown): boolean {
  return error instanceof NoToken || (error instanceof ApiError && error.isFinal)
}

/** Whether the server refuses for now only: a timeout, too early, or too many requests. */
export function isBusy({ status }: ApiError): boolean {
  return [408, 425, 429].includes(status)
}

/** The problem in a body. Undefined for a body of another kind, such as a proxy's page. */
export function asProblem(body: unknown): Problem | undefined {
  return isProblem(body) ? body : undefined
}

/** Checks the members that other JSON bodies do not have. */
function isProblem(body: unknown): body is Problem {
  const { type, detail }: { readonly type?: unknown; readonly detail?: unknown } = Object(body)
  return typeof type === 'string' && typeof detail === 'string'
}
