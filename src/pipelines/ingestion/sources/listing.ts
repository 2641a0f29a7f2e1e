import type { Failure } from '../../../protocol/status.ts'
import { EgressRefused } from '../../egress-refused.ts'
import { PlanFailure, type PlanPorts } from '../../pipeline.ts'

/** A listing of 10,000 postings takes about 20 MB; an isolate has 128 MB for all its work. */
const MAX_BYTES = 32 * 1024 * 1024

type Ports = Pick<PlanPorts, 'fetch' | 'signal'>

/** The board's name for people, and the address that its listing is read at. */
type ListingAddress = { readonly board: string; readonly url: string }

/** A listing's JSON, fetched once; all that can go wrong is a PlanFailure with a stable code. */
export async function readListing(address: ListingAddress, ports: Ports): Promise<unknown> {
  try {
    const response = await ports.fetch(address.url, {
      headers: { accept: 'application/json', 'user-agent': 'runcast' },
      signal: ports.signal,
    })
    if (!response.ok) {
      await response.body?.cancel()
      throw new PlanFailure(refusal(response.status, address.board))
    }
    return parse(await readText(response, address.board), address.board)
  } catch (error) {
    throw explain(error, address, ports.signal)
  }
}

function refusal(status: number, board: string): Failure {
  if (status === 404) {
    const message = `There is no board "${board}" (404).`
    return { code: 'board_not_found', message, retryable: false }
  }
  if (status === 401 || status === 403) {
    const message = `The board "${board}" may not be read (${status}).`
    return { code: 'board_refused', message, retryable: false }
  }
  const message = `The board "${board}" answered ${status} instead of a listing.`
  const retryable = status === 408 || status === 429 || status >= 500
  return { code: 'board_error', message, retryable }
}

async function readText(response: Response, board: string): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > MAX_BYTES) throw new PlanFailure(tooLarge(board))
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

function tooLarge(board: string): Failure {
  const message = `The listing of the board "${board}" is larger than 32 MB.`
  return { code: 'listing_too_large', message, retryable: false }
}

/** What begins as JSON and does not end as such was cut off on its way: the next try may do. */
function parse(text: string, board: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const cut = /^\s*[{[]/.test(text)
    const what = cut ? 'is cut off or damaged' : 'is not JSON'
    throw unreadable(`The listing of the board "${board}" ${what}.`, { retryable: cut, cause })
  }
}

export function unreadable(
  message: string,
  options: ErrorOptions & { retryable: boolean },
): PlanFailure {
  const { retryable, ...rest } = options
  return new PlanFailure({ code: 'listing_unreadable', message, retryable }, rest)
}

/** A plan that was stopped is no failure of the board's: its own reason goes on. */
function explain(error: unknown, address: ListingAddress, signal: AbortSignal): unknown {
  if (error instanceof PlanFailure || signal.aborted) return error
  if (error instanceof EgressRefused) {
    const failure = { code: 'egress_refused', message: error.message, retryable: false }
    return new PlanFailure(failure, { cause: error })
  }
  const message = `The board "${address.board}" could not be reached at ${new URL(address.url).origin}.`
  return new PlanFailure({ code: 'board_unreachable', message, retryable: true }, { cause: error })
}
