import type { Address, Email } from 'postal-mime'

import { DocumentFailure } from '../../document-failure.ts'
import type { Extracted } from '../../text/extracted.ts'
import { encodingsGuessed, leftOut } from '../../text/notice.ts'
import { TextBuilder } from '../../text/text-builder.ts'
import { checkLength, type ExtractLimits } from '../extract-limits.ts'
import type { ExtractPorts } from '../extract-ports.ts'
import { shownHtml } from '../html/shown-html.ts'
import { HtmlPictures } from '../pictures/html-pictures.ts'
import { PictureReader } from '../pictures/picture-reader.ts'
import { ENCRYPTED_MAIL, writeAttached, writeHead, writeHtml, writePlain } from './mail-text.ts'
import { attachedFiles, invitationsOf, parseMessage, picturesOf } from './message.ts'
import { stylesOfParts } from './part-styles.ts'

/** Reads a message: its headers, its text with the pictures in it, and the names of what is attached. */
export async function extractMail(
  bytes: Uint8Array,
  ports: ExtractPorts,
  limits: ExtractLimits,
): Promise<Extracted> {
  const { email, guessed } = await parseMessage(bytes)
  if (isEncrypted(email)) throw new DocumentFailure('encrypted', ENCRYPTED_MAIL)
  const builder = new TextBuilder()
  const reader = new PictureReader(ports)
  const subject = email.subject?.trim() ?? ''
  writeHead(builder, { subject, lines: headersOf(email) })
  const before = builder.length
  const { html, hidden } = shownHtml(email.html ?? '', stylesOfParts(bytes))
  const pictures = await new HtmlPictures(reader).read(html, 0, picturesOf(email))
  writeHtml(builder, html, pictures)
  // Some programs write a page without words beside the text.
  if (builder.length === before) writePlain(builder, email.text ?? '')
  const invitations = invitationsOf(email)
  await writeInvitations(builder, invitations.shown)
  checkLength(builder.length, limits)
  const attached = attachedFiles(email).map(({ name }) => name)
  writeAttached(builder, attached)
  const notices = [
    ...leftOut('hidden_text_left_out', hidden),
    ...leftOut('attachments_left_out', attached.length),
    ...leftOut('invitations_left_out', invitations.beyond),
    ...encodingsGuessed([...guessed]),
    ...reader.notices(),
  ]
  return builder.end(subject, { notices, unpaged: true })
}

async function writeInvitations(builder: TextBuilder, texts: readonly string[]): Promise<void> {
  if (texts.length === 0) return
  const { invitationLines } = await import('./invitation.ts')
  for (const text of texts) {
    builder.break('paragraph')
    for (const line of invitationLines(text)) if (line.trim() !== '') builder.line(line)
  }
}

function isEncrypted({ headers, text }: Email): boolean {
  const type = headers.find(({ key }) => key === 'content-type')?.value ?? ''
  if (/multipart\/encrypted/i.test(type)) return true
  if (/application\/(?:x-)?pkcs7-mime/i.test(type)) return !/signed-data/i.test(type)
  return /^\s*-----BEGIN PGP MESSAGE-----/.test(text ?? '')
}

function headersOf({ from, to, cc, bcc, headers }: Email): (readonly [string, string])[] {
  const date = headers.find(({ key }) => key === 'date')?.value.trim()
  return [
    ['From', from ? written(from) : ''],
    ['To', list(to)],
    ['Cc', list(cc)],
    ['Bcc', list(bcc)],
    ['Date', date ?? ''],
  ]
}

function list(addresses: readonly Address[] | undefined): string {
  return (addresses ?? []).map(written).join(', ')
}

function written(address: Address): string {
  const { name } = address
  if (address.group !== undefined) return `${name}: ${address.group.map(written).join(', ')}`
  return name === '' ? address.address : `${name} <${address.address}>`
}
