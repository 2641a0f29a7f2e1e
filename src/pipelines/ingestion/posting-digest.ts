import { hashBytes } from '../../digest.ts'
import { LISTED_FIELDS, type ListedPosting } from './listed.ts'

/**
 * The version of the reader that makes a record from a listed posting (`extract`) and its page (`crawl`). Raise it when
 * the reader makes something else from the same posting or page: the next runs then read every posting again.
 */
export const READER_VERSION = 5

// JSON.stringify writes only these fields, in this order, whatever the order in the posting is.
const FIELDS = [...LISTED_FIELDS]

/** The SHA-256 of all that a listed posting says, and of the version of its reader. */
export function digestOf(
  listed: ListedPosting,
  reader_version: number = READER_VERSION,
): Promise<string> {
  const text = `${reader_version} ${JSON.stringify(listed, FIELDS)}`
  return hashBytes(new TextEncoder().encode(text))
}
