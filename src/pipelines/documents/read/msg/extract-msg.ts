import type { DocumentNotice } from '../../../../protocol/document.ts'
import { DocumentFailure } from '../../document-failure.ts'
import type { Extracted } from '../../text/extracted.ts'
import { leftOut } from '../../text/notice.ts'
import { TextBuilder } from '../../text/text-builder.ts'
import { checkLength, type ExtractLimits } from '../extract-limits.ts'
import type { ExtractPorts } from '../extract-ports.ts'
import { shownHtml } from '../html/shown-html.ts'
import {
  ENCRYPTED_MAIL,
  writeAttached,
  writeHead,
  writeHtml,
  writePlain,
} from '../mail/mail-text.ts'
import { HtmlPictures } from '../pictures/html-pictures.ts'
import { PictureReader } from '../pictures/picture-reader.ts'
import { type RtfReading, writeRtf } from '../rtf/extract-rtf.ts'
import { appointmentLines } from './appointment.ts'
import { type ItemProperties, PROPERTY } from './item-properties.ts'
import { attachedNames, picturesOf } from './outlook-attachments.ts'
import { bodyOf, type OutlookBody } from './outlook-body.ts'
import { OutlookMessage } from './outlook-message.ts'

/** Messages whose text is in an encrypted file that is attached to them. A signed one is not. */
const PROTECTED = /^IPM\.Note\.(?:SMIME$|rpmsg)/i
/** Items that are a message, or about one. */
const MESSAGES = /^(?:IPM\.(?:Note|Schedule|Post)|REPORT)(?:\.|$)/i

/**
 * Reads a message of Outlook: its header, its text, and the names of what is attached. If its RTF is damaged, its plain
 * text is read.
 */
export async function extractMsg(
  bytes: Uint8Array,
  ports: ExtractPorts,
  limits: ExtractLimits,
): Promise<Extracted> {
  const message = new OutlookMessage(bytes)
  if (PROTECTED.test(message.item_class)) throw new DocumentFailure('encrypted', ENCRYPTED_MAIL)
  const body = bodyOf(message)
  try {
    return await read({ message, body }, ports, limits)
  } catch (error) {
    if (body.kind !== 'rtf' || body.plain.trim() === '') throw error
    return await read({ message, body: { kind: 'plain', plain: body.plain } }, ports, limits)
  }
}

type OpenedMessage = { readonly message: OutlookMessage; readonly body: OutlookBody }

async function read(
  { message, body }: OpenedMessage,
  ports: ExtractPorts,
  limits: ExtractLimits,
): Promise<Extracted> {
  const { item_class, properties } = message
  const builder = new TextBuilder()
  const subject = properties.text(PROPERTY.subject).trim()
  writeHead(builder, { subject, lines: headOf(message) })
  const reader = new PictureReader(ports)
  const pictures = { reader, find: picturesOf(message) }
  const before = builder.length
  const lost = await writeBody(builder, body, { pictures, limits })
  if (builder.length === before) writePlain(builder, properties.text(PROPERTY.plain))
  checkLength(builder.length, limits)
  const attached = attachedNames(message)
  writeAttached(builder, attached)
  const notices = [
    ...lost,
    ...leftOut('attachments_left_out', attached.length),
    ...leftOut('item_fields_left_out', item_class === '' || MESSAGES.test(item_class) ? 0 : 1),
    ...reader.notices(),
  ]
  return builder.end(subject, { notices, unpaged: true })
}

async function writeBody(
  builder: TextBuilder,
  body: OutlookBody,
  { pictures, limits }: RtfReading,
): Promise<readonly DocumentNotice[]> {
  switch (body.kind) {
    case 'html': {
      const { html, hidden } = shownHtml(body.html)
      writeHtml(builder, html, await new HtmlPictures(pictures.reader).read(html, 0, pictures.find))
      return leftOut('hidden_text_left_out', hidden)
    }
    case 'plain':
      writePlain(builder, body.plain)
      return []
    case 'rtf':
      return (await writeRtf(builder, body.rtf, { pictures, limits })).notices
  }
}

const RECIPIENTS = [
  ['To', 1, PROPERTY.to],
  ['Cc', 2, PROPERTY.cc],
  ['Bcc', 3, PROPERTY.bcc],
] as const

function headOf(message: OutlookMessage): (readonly [string, string])[] {
  const { properties, recipients } = message
  const lines = RECIPIENTS.map(([name, kind, names]) => {
    const found = recipients.filter((one) => one.number(PROPERTY.recipient_kind) === kind)
    return [name, found.map(recipient).join(', ') || properties.text(names)] as const
  })
  const { sender, sender_smtp, sender_address } = PROPERTY
  const address = [sender_smtp, sender_address].map((id) => properties.text(id)).find(isAddress)
  return [
    ['From', written(properties.text(sender), address)],
    ...lines,
    ['Date', dateOf(properties)],
    ...appointmentLines(message),
  ]
}

function recipient(one: ItemProperties): string {
  const address = [PROPERTY.smtp, PROPERTY.address].map((id) => one.text(id)).find(isAddress)
  return written(one.text(PROPERTY.display_name), address)
}

/** Exchange has addresses of its own, which are no address of mail. */
function isAddress(text: string): boolean {
  return text.includes('@')
}

function written(name: string, address: string | undefined): string {
  const plain = name.replaceAll(/^'|'$/g, '').trim()
  if (address === undefined) return plain
  return plain === '' || plain === address ? address : `${plain} <${address}>`
}

/** The date as the sender wrote it, with the sender's time zone, or else the time of the message. */
function dateOf(properties: ItemProperties): string {
  const line = properties
    .text(PROPERTY.headers)
    .split(/\r?\n/)
    .find((one) => /^date:/i.test(one))
  if (line !== undefined) return line.slice('date:'.length).trim()
  const date = properties.date(PROPERTY.sent_at) ?? properties.date(PROPERTY.received_at)
  return date?.toUTCString() ?? ''
}
