import PostalMime, { type Attachment, type Email } from 'postal-mime'

import { DocumentFailure } from '../../document-failure.ts'
import type { FindPicture } from '../pictures/html-pictures.ts'
import { inUtf8 } from './part-encodings.ts'

/** The deepest part of a message that is read, and the most bytes of its headers. */
const BOUNDS = { maxNestingDepth: 64, maxHeadersSize: 1_000_000 }

export type ParsedMessage = {
  readonly email: Email
  /** The encodings that its texts name and nobody knows, so that their letters are guessed. */
  readonly guessed: ReadonlySet<string>
}

/** Parses a message of mail. Throws a DocumentFailure if its parts or its headers go beyond the bounds. */
export async function parseMessage(message: Uint8Array): Promise<ParsedMessage> {
  try {
    const { bytes, guessed } = await inUtf8(message)
    return { email: await PostalMime.parse(bytes, BOUNDS), guessed }
  } catch (cause) {
    throw new DocumentFailure('damaged', undefined, { cause })
  }
}

export type AttachedFile = { readonly name: string; readonly bytes: Uint8Array }

/** The files that are attached to a message, in their order. */
export function attachedFiles({ attachments, html }: Email): AttachedFile[] {
  return attachments
    .filter((one) => isAttached(one, html))
    .map(({ filename, mimeType, content }, at) => ({
      name: filename ?? nameOfUnnamed(mimeType, at + 1),
      bytes: bytesOf(content),
    }))
}

/** Leaves out pictures that stand in the text, its fonts and styles, and signatures of the message. */
function isAttached(attachment: Attachment, html: string | undefined): boolean {
  const { related, mimeType, filename, disposition } = attachment
  if (isInvitation(attachment) && filename === null) return false
  if (mimeType === 'text/css' && filename === null && disposition !== 'attachment') return false
  if (related === true && /^font\/|^text\/css$/.test(mimeType)) return false
  if (related === true && mimeType.startsWith('image/') && stands(attachment, html)) return false
  return !/^application\/(?:x-)?(?:pkcs7|pgp)-signature$/.test(mimeType)
}

/** The texts of a message's invitations, and how many more there are than are shown. */
export type Invitations = { readonly shown: readonly string[]; readonly beyond: number }

/** Finds the invitations. Mail programs often send the same one twice: within the message, and as a file. */
export function invitationsOf({ attachments }: Email): Invitations {
  const texts = attachments
    .filter(isInvitation)
    .map(({ content }) => new TextDecoder().decode(bytesOf(content)))
  const different = [...new Set(texts)]
  const shown = different.slice(0, MAX_INVITATIONS)
  return { shown, beyond: different.length - shown.length }
}

/** A larger calendar is no invitation: it is named as an attached file. */
const INVITATION_BYTES = 500_000
const MAX_INVITATIONS = 10

function isInvitation({ mimeType, content }: Attachment): boolean {
  return mimeType === 'text/calendar' && bytesOf(content).byteLength <= INVITATION_BYTES
}

function stands({ contentId = '' }: Attachment, html = ''): boolean {
  const address = addressOf(contentId)
  return html.includes(address) || html.includes(encodeURI(address))
}

/** The address by which a page of a message shows a picture of the message (RFC 2392). */
export function addressOf(contentId: string): string {
  return `cid:${contentId.replaceAll(/[<>]/g, '').trim()}`
}

/** Returns the function that finds the pictures of a message by the addresses that its page has for them. */
export function picturesOf({ attachments }: Email): FindPicture {
  const pictures = new Map<string, Attachment>()
  for (const one of attachments) {
    if (one.related !== true || !one.mimeType.startsWith('image/')) continue
    const own = addressOf(one.contentId ?? '')
    // Of pictures with one address, the first one stands there.
    for (const address of [own, encodeURI(own)])
      if (!pictures.has(address)) pictures.set(address, one)
  }
  return (address) => {
    const key = address.trim()
    const found = pictures.get(key)
    return found && { key, bytes: bytesOf(found.content) }
  }
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
