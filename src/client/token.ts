/**
 * A token, or what gives one. It is asked before each connection, and so may keep it; after one was
 * refused, it is asked with that one, for another.
 */
export type TokenSource = string | ((refused?: string) => string | Promise<string>)

/** To be thrown by a token's source: there is none, and none will be had by asking again. */
export class NoToken extends Error {
  /** An error is printed by the name of its class, which the build shortens otherwise. */
  static override readonly name = 'NoToken'
  override name = 'NoToken'

  constructor(
    message = 'There is no token to call the API with',
    options?: { readonly cause?: unknown },
  ) {
    super(message, options)
  }
}

/** When another token is asked for: at once, or after a pause. */
export type Renewal = 'now' | 'later'

/** The token in use, and whether another may be had for one that is refused. */
export class Tokens {
  readonly #source: TokenSource
  #last: string | undefined
  #refused: string | undefined

  constructor(source: TokenSource) {
    this.#source = source
  }

  async next(): Promise<string> {
    this.#last = typeof this.#source === 'string' ? this.#source : await this.#source(this.#refused)
    return this.#last
  }

  /**
   * The last one was refused. Undefined: so was the one before it, or there is only this one. One that was
   * good until it expired has a successor, which its source may not have yet.
   */
  refuse(isExpired = false): Renewal | undefined {
    if (typeof this.#source === 'string') return undefined
    const before = this.#refused
    this.#refused = this.#last
    if (before === undefined) return 'now'
    return isExpired ? 'later' : undefined
  }

  /** The last one was taken. */
  took(): void {
    this.#refused = undefined
  }
}
