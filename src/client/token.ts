import type { ApiError } from './errors.ts'

/**
 * A token, or a function that gives one. The function is called before each connection and may answer with
 * a token that it keeps. After the server refused a token, the function is called with the refused token, and with
 * the server's refusal.
 */
export type TokenSource =
  | string
  | ((refused?: string, error?: ApiError) => string | Promise<string>)

/** When the source is asked for another token: at once, or after a pause. */
export type Renewal = 'now' | 'later'

/** The token in use, and whether another one may be had after the server refused it. */
export class Tokens {
  readonly #source: TokenSource
  #last: string | undefined
  #refused: { readonly token: string | undefined; readonly error: ApiError } | undefined

  constructor(source: TokenSource) {
    this.#source = source
  }

  async next(): Promise<string> {
    const { token, error } = this.#refused ?? {}
    this.#last = typeof this.#source === 'string' ? this.#source : await this.#source(token, error)
    return this.#last
  }

  /**
   * Notes that the server refused the last token, if that is the error. Returns undefined when no other token can
   * help: the error is another one, the source is a text, or the server refused two tokens in a row. A token that
   * expired was good before, so there will be another one, though the source may not have it yet.
   */
  refuse(error: ApiError): Renewal | undefined {
    if (error.status !== 401 || typeof this.#source === 'string') return undefined
    const before = this.#refused
    this.#refused = { token: this.#last, error }
    if (before === undefined) return 'now'
    return error.problem?.type === '/problems/token-expired' ? 'later' : undefined
  }

  /** Notes that the server accepted the last token. */
  accept(): void {
    this.#refused = undefined
  }
}
