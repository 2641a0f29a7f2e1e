import type { Detection } from '../../../protocol/detection.ts'
import { boardAt } from '../sources/board-at.ts'
import { readGivenAddress } from './given-address.ts'

/** Finds the source that fits an address. A bad address is an answer too. */
export async function detectSource(url: string): Promise<Detection> {
  const given = readGivenAddress(url)
  if (given.kind === 'bad') return { url, status: 'failed', reason: given.reason }
  return byAddress(url, given.address) ?? { url, status: 'failed', reason: UNKNOWN }
}

const UNKNOWN = {
  code: 'source_not_detected',
  message: 'No platform that Runcast knows has addresses of this shape.',
}

function byAddress(url: string, address: URL): Detection | undefined {
  const found = boardAt(address)
  if (!found) return undefined
  const { platform, board, source = { type: 'site', url: address.href } } = found
  const told = `The address has the shape of ${platform}, and names the board ${board}.`
  const unread = ` No source reads ${platform} by this address: the general source tries its pages.`
  const why = found.source ? told : told + unread
  return {
    url,
    status: 'found',
    source,
    platform,
    board,
    name: null,
    confirmed: false,
    by: 'address',
    why,
  }
}
