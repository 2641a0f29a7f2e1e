import type { IncomingMessage, ServerResponse } from 'node:http'

const MAX_ENTRIES = 10_000

/** One request, by the clock of the sites. `ended_at` and `status` are null while the request is open. */
type Entry = {
  readonly path: string
  readonly query: string
  readonly at: number
  readonly user_agent: string
  ended_at: number | null
  /** Null after the end means that the connection broke before the answer. */
  status: number | null
}

/** The requests that the sites got: the number for each path, and the latest ones in order. */
export class RequestLog {
  readonly #counts = new Map<string, number>()
  readonly #entries: Entry[] = []

  note(url: URL, request: IncomingMessage, response: ServerResponse): void {
    this.#counts.set(url.pathname, (this.#counts.get(url.pathname) ?? 0) + 1)
    const entry: Entry = {
      path: url.pathname,
      query: url.search,
      at: Date.now(),
      user_agent: request.headers['user-agent'] ?? '',
      ended_at: null,
      status: null,
    }
    response.once('close', () => {
      entry.ended_at = Date.now()
      entry.status = response.headersSent ? response.statusCode : null
    })
    this.#entries.push(entry)
    if (this.#entries.length > MAX_ENTRIES) this.#entries.shift()
  }

  /** The number of requests for each path, without its query. */
  counts(): Record<string, number> {
    return Object.fromEntries(this.#counts)
  }

  entries(): readonly Readonly<Entry>[] {
    return this.#entries
  }
}
