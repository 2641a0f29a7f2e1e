import { FetchFailure, type FetchPort } from '../../src/pipelines/fetch.ts'

/** A fetch without guard, pace and limit. */
export const plainFetch: FetchPort = async (url, init) => {
  const { headers = {}, signal, body: sent, redirect } = init
  const post = { method: 'POST', body: sent ?? '', redirect: 'manual' } as const
  try {
    const answer = await fetch(url, {
      headers,
      ...(signal && { signal }),
      ...(redirect && { redirect }),
      ...(sent === undefined ? {} : post),
    })
    const body = new Uint8Array(await answer.arrayBuffer())
    return { status: answer.status, url: answer.url, headers: answer.headers, body }
  } catch (cause) {
    if (signal?.aborted) throw signal.reason
    const message = `${new URL(url).origin} could not be reached.`
    throw new FetchFailure({ code: 'unreachable', message, retryable: true }, { cause })
  }
}
