import type { Address, Email } from 'postal-mime'

import { readHtml } from '../../../html/html-events.ts'
import { DocumentFailure } from '../../document-failure.ts'
import type { Extracted } from '../../text/extracted.ts'
import { leftOut } from '../../text/notice.ts'
import { TextBuilder } from '../../text/text-builder.ts'
import { checkLength, type ExtractLimits } from '../extract-limits.ts'
import { LINE_END } from '../extract-text.ts'
import { HtmlText } from '../html/html-text.ts'
import { attachedFiles, parseMessage } from './message.ts'

const PROTECTED =
  'This message is encrypted. Open the message in your mail program, print it to a PDF, and upload the PDF.'

/** Reads a message: its headers, its text, and the names of what is attached. */
export async function extractMail(bytes: Uint8Array, limits: ExtractLimits): Promise<Extracted> {
  const email = await parseMessage(bytes)
  if (isEncrypted(email)) throw new DocumentFailure('encrypted', PROTECTED)
  const builder = new TextBuilder()
  const subject = email.subject?.trim() ?? ''
  builder.heading(1)
  builder.text(subject)
  builder.endHeading()
  for (const line of headersOf(email)) builder.line(line)
  builder.break('paragraph')
  writeBody(builder, email)
  checkLength(builder.length, limits)
  const attached = attachedFiles(email).map(({ name }) => name)
  builder.break('paragraph')
  if (attached.length > 0) builder.line(`Attachments: ${attached.join(', ')}`)
  const notices = leftOut('attachments_left_out', attached.length)
  return builder.end(subject, { notices, unpaged: true })
}

function isEncrypted({ headers, text }: Email): boolean {
  const type = headers.find(({ key }) => key === 'content-type')?.value ?? ''
  if (/multipart\/encrypted/i.test(type)) return true
  if (/application\/(?:x-)?pkcs7-mime/i.test(type)) return !/signed-data/i.test(type)
  return /^\s*-----BEGIN PGP MESSAGE-----/.test(text ?? '')
}

function headersOf({ from, to, cc, bcc, headers }: Email): string[] {
  const date = headers.find(({ key }) => key === 'date')?.value.trim()
  const lines: (readonly [name: string, value: string])[] = [
    ['From', from ? written(from) : ''],
    ['To', list(to)],
    ['Cc', list(cc)],
    ['Bcc', list(bcc)],
    ['Date', date ?? ''],
  ]
  return lines.flatMap(([name, value]) => (value === '' ? [] : [`${name}: ${value}`]))
}

function list(addresses: readonly Address[] | undefined): string {
  return (addresses ?? []).map(written).join(', ')
}

function written(address: Address): string {
  const { name } = address
  if (address.group !== undefined) return `${name}: ${address.group.map(written).join(', ')}`
  return name === '' ? address.address : `${name} <${address.address}>`
}

function writeBody(builder: TextBuilder, { html, text }: Email): void {
  if (html !== undefined) {
    readHtml(html, [new HtmlText({ html, whole: true }, builder)])
    builder.endHeading()
    builder.endTable()
    return
  }
  for (const line of (text ?? '').split(LINE_END)) {
    if (line.trim() === '') builder.break('paragraph')
    else builder.line(line)
  }
}
