import { FetchFailure, type FetchPort } from '../../src/pipelines/fetch.ts'

/** A fetch without guard, pace and limit. */
export const plainFetch: FetchPort = async (url, { headers, signal }) => {
  try {
    const answer = await fetch(url, { ...(headers && { headers }), ...(signal && { signal }) })
    const body = new Uint8Array(await answer.arrayBuffer())
    return { status: answer.status, url: answer.url, headers: answer.headers, body }
  } catch (cause) {
    if (signal?.aborted) throw signal.reason
    const message = `${new URL(url).origin} could not be reached.`
    throw new FetchFailure({ code: 'unreachable', message, retryable: true }, { cause })
  }
}
