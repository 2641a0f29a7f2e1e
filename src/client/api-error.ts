import type { Problem } from '../protocol/problems.ts'
import { isObject, parseJson } from './json.ts'

/** An answer that is not a success; `problem` where its body said what was wrong (RFC 9457). */
export class ApiError extends Error {
  readonly status: number
  readonly problem: Problem | undefined

  constructor(status: number, problem?: Problem) {
    super(problem?.detail ?? `The server answered with status ${status}.`)
    this.name = 'ApiError'
    this.status = status
    this.problem = problem
  }

  /** Takes what is left of a refusal. Any other answer may have no end, and is cut off. */
  static async of(response: Response): Promise<ApiError> {
    const { status, body } = response
    if (status < 400) await body?.cancel()
    const said = status < 400 ? undefined : parseJson(await response.text())
    return new ApiError(status, isProblem(said) ? said : undefined)
  }

  /**
   * Whether asking again would be answered the same: no, where the server or its load is at fault, or
   * something that stands in between, since the API refuses with 400 and above.
   */
  get isFinal(): boolean {
    const { status } = this
    return status >= 400 && status < 500 && ![408, 425, 429].includes(status)
  }
}

/** By what tells it from any other JSON. */
function isProblem(body: unknown): body is Problem {
  return isObject(body) && 'detail' in body && typeof body.detail === 'string' && 'type' in body
}
