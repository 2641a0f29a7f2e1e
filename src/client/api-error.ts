import type { Problem } from '../protocol/problems.ts'
import { isObject, parseJson } from './json.ts'
import type { FetchResponse } from './run-route.ts'

/** An answer that is not a success; `problem` where its body said what was wrong (RFC 9457). */
export class ApiError extends Error {
  /** An error is printed by the name of its class, which the build shortens otherwise. */
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
   * Takes what is left of a refusal. Any other answer may have no end, and is cut off.
   * @internal
   */
  static async of(response: FetchResponse): Promise<ApiError> {
    const { status, body } = response
    const text = status < 400 ? await body?.cancel() : await response.text()
    return ApiError.saying(status, parseJson(text ?? ''))
  }

  static saying(status: number, said: unknown): ApiError {
    return new ApiError(status, isProblem(said) ? said : undefined)
  }

  /** Whether asking again would be answered the same: the API refuses with 400 and above. */
  get isFinal(): boolean {
    return this.status >= 400 && this.status < 500 && !isBusy(this)
  }
}

/** Whether it is a token's own time that is over. */
export function isExpired({ problem }: ApiError): boolean {
  return problem?.type === '/problems/token-expired'
}

/** Whether it is refused for now. All else is the server's fault, or of something in between. */
export function isBusy({ status }: ApiError): boolean {
  return [408, 425, 429].includes(status)
}

/** By what tells it from any other JSON. */
function isProblem(body: unknown): body is Problem {
  return isObject(body) && 'type' in body && 'detail' in body && typeof body.detail === 'string'
}
