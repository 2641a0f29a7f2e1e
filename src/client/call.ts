import { ApiError } from './api-error.ts'
import { parseJson } from './json.ts'
import { fetchOr, originOr } from './platform.ts'
import { bearer, type FetchResponse } from './run-route.ts'
import { Tokens } from './token.ts'
import type { CallOptions } from './watch-run.ts'

/** One question to the API; without a body it is a GET. */
type Call = {
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const json = { 'content-type': 'application/json' }

/** With the token, and once more with another where that is refused. */
export async function call<T>({ path, body, headers }: Call, options: CallOptions): Promise<T> {
  const url = new URL(path, originOr(options.origin)).href
  const sent = body !== undefined && { method: 'POST', body: JSON.stringify(body) }
  const tokens = new Tokens(options.token)
  for (;;) {
    const token = await tokens.next()
    const response = await fetchOr(options.fetch)(url, {
      headers: { ...bearer(token), ...(sent && json), ...headers },
      signal: options.signal ?? null,
      ...sent,
    })
    if (response.ok) return JSON.parse(await jsonOf(response, url))
    const error = await ApiError.of(response)
    if (error.status !== 401 || !tokens.refuse()) throw error
  }
}

/** What is not the API answers with a page, say. */
async function jsonOf(response: FetchResponse, url: string): Promise<string> {
  const text = await response.text()
  if (parseJson(text) !== undefined) return text
  throw new Error(`${url} answered, but not with JSON: is the API there?`)
}
