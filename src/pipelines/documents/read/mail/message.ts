import PostalMime, { type Attachment, type Email } from 'postal-mime'

import { DocumentFailure } from '../../document-failure.ts'

/** The deepest part of a message that is read, and the most bytes of its headers. */
const BOUNDS = { maxNestingDepth: 64, maxHeadersSize: 1_000_000 }

/** Parses a message of mail. Throws a DocumentFailure if its parts or its headers go beyond the bounds. */
export async function parseMessage(bytes: Uint8Array): Promise<Email> {
  try {
    return await PostalMime.parse(bytes, BOUNDS)
  } catch (cause) {
    throw new DocumentFailure('damaged', undefined, { cause })
  }
}

export type AttachedFile = { readonly name: string; readonly bytes: Uint8Array }

/** The files that are attached to a message, in their order. */
export function attachedFiles({ attachments }: Email): AttachedFile[] {
  return attachments.filter(isAttached).map(({ filename, mimeType, content }, at) => ({
    name: filename ?? nameOfUnnamed(mimeType, at + 1),
    bytes: bytesOf(content),
  }))
}

/** Leaves out pictures and styles that stand in the text, and signatures of the message. */
function isAttached({ related, mimeType }: Attachment): boolean {
  if (related === true && /^(?:image|font)\/|^text\/css$/.test(mimeType)) return false
  return !/^application\/(?:x-)?(?:pkcs7|pgp)-signature$/.test(mimeType)
}

/** The endings of media types whose name is not their ending. */
const ENDINGS: Readonly<Record<string, string>> = {
  'message/rfc822': '.eml',
  'text/plain': '.txt',
  'text/calendar': '.ics',
  'text/markdown': '.md',
  'application/msword': '.doc',
}

function nameOfUnnamed(type: string, n: number): string {
  const ending = ENDINGS[type] ?? /\/([a-z]{2,4})$/.exec(type)?.[1]?.replace(/^/, '.') ?? ''
  return `attachment ${n}${ending}`
}

function bytesOf(content: Attachment['content']): Uint8Array {
  if (typeof content === 'string') return new TextEncoder().encode(content)
  return content instanceof Uint8Array ? content : new Uint8Array(content)
}
