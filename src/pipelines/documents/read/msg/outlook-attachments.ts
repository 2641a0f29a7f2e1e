import { DocumentFailure } from '../../document-failure.ts'
import { EXTRACT_LIMITS } from '../extract-limits.ts'
import { addressOf } from '../mail/message.ts'
import type { FindPicture } from '../pictures/html-pictures.ts'
import type { ContainedFile } from '../zip/archive.ts'
import { embeddedFile } from './embedded-message.ts'
import { type ItemProperties, PROPERTY } from './item-properties.ts'
import { bodyOf, type OutlookBody } from './outlook-body.ts'
import { OutlookMessage } from './outlook-message.ts'

/** The values of the method by which a file is attached (MS-OXCMSG, 2.2.2.9). */
const EMBEDDED_MESSAGE = 5
const EMBEDDED_OBJECT = 6

const OBJECT_ADVICE =
  'This is an object of another program within the message. Open the message in Outlook, save the object as a file, and upload that file.'
const LINK_ADVICE =
  'The message has only a link to this file. Open the link, save the file, and upload that file.'

/** The names of what is attached to a message, which are those of its documents. */
export function attachedNames(message: OutlookMessage): string[] {
  return attachedParts(message).map(nameOf)
}

/** Takes out what is attached to a message, one file after another. */
export function filesOf(bytes: Uint8Array): Generator<ContainedFile> {
  const message = new OutlookMessage(bytes)
  return takeOut(message, attachedParts(message))
}

function* takeOut(
  message: OutlookMessage,
  parts: readonly ItemProperties[],
): Generator<ContainedFile> {
  for (const [at, part] of parts.entries()) {
    const name = nameOf(part, at)
    try {
      yield { kind: 'file', name, bytes: contentOf(part, message) }
    } catch (error) {
      if (!(error instanceof DocumentFailure)) throw error
      yield { kind: 'refused', name, reason: { code: error.code, message: error.message } }
    }
  }
}

function contentOf(part: ItemProperties, { root }: OutlookMessage): Uint8Array {
  const method = part.number(PROPERTY.method)
  const embedded = part.inner(PROPERTY.file)
  if (method === EMBEDDED_MESSAGE && embedded !== undefined)
    return embeddedFile(embedded, root, EXTRACT_LIMITS.part_bytes)
  if (method === EMBEDDED_OBJECT) throw new DocumentFailure('unsupported', OBJECT_ADVICE)
  const bytes = part.bytes(PROPERTY.file)
  if (bytes === undefined) throw new DocumentFailure('unsupported', LINK_ADVICE)
  return bytes
}

/** Leaves out pictures that stand in the text. */
function attachedParts(message: OutlookMessage): readonly ItemProperties[] {
  const page = pageOf(bodyOf(message))
  const stands = (part: ItemProperties) => {
    const id = part.text(PROPERTY.content_id)
    return id !== '' && page.includes(addressOf(id))
  }
  return message.attachments.filter((part) => !isPicture(part) || !(isHidden(part) || stands(part)))
}

/** The page of a message, whose tags name its pictures. The RTF of a message keeps these tags. */
function pageOf(body: OutlookBody): string {
  if (body.kind === 'plain') return ''
  return body.kind === 'html' ? body.html : new TextDecoder('latin1').decode(body.rtf)
}

/** Returns the function that finds the pictures of a message by the addresses that its text has for them. */
export function picturesOf({ attachments }: OutlookMessage): FindPicture {
  const pictures = new Map<string, ItemProperties>()
  for (const part of attachments) {
    const id = part.text(PROPERTY.content_id)
    const address = addressOf(id)
    // Of pictures with one address, the first one stands there.
    if (id !== '' && isPicture(part) && !pictures.has(address)) pictures.set(address, part)
  }
  return (address) => {
    const key = address.trim()
    const found = pictures.get(key)
    return found && { key, bytes: found.bytes(PROPERTY.file) }
  }
}

function isPicture(part: ItemProperties): boolean {
  const type = part.text(PROPERTY.media_type)
  return type === '' ? /\.(?:png|jpe?g|gif|bmp)$/i.test(nameOf(part, 0)) : /^image\//i.test(type)
}

function isHidden(part: ItemProperties): boolean {
  return ((part.number(PROPERTY.hidden) ?? 0) & 1) === 1
}

function nameOf(part: ItemProperties, at: number): string {
  const message = part.number(PROPERTY.method) === EMBEDDED_MESSAGE
  const { long_file_name, file_name, display_name, long_file_path, file_path } = PROPERTY
  const names = message
    ? [display_name, long_file_name, file_name]
    : [long_file_name, file_name, display_name, long_file_path, file_path]
  const named = names.map((id) => part.text(id).trim()).find((name) => name !== '')
  const name = named ?? `attachment ${at + 1}`
  return message && !/\.msg$/i.test(name) ? `${name}.msg` : name
}
