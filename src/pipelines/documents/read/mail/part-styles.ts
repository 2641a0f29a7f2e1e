import { decodeUtf8 } from '../../../html/charset.ts'
import { bytesOf, partsOf } from './text-parts.ts'

/** A saved page has some ten style sheets. */
const MAX_SHEETS = 200

/**
 * Finds the style sheets of a page that was saved as one file. Its parts carry the addresses that they had on the web,
 * and the parser of messages drops these addresses.
 */
export function stylesOfParts(message: Uint8Array): (address: string) => string | undefined {
  let read: PartSheets | undefined
  return (address) => {
    // Most messages link no sheet, so their parts are not searched.
    read ??= sheetsOf(message)
    const plain = address.trim()
    return read.sheets.get(plain) ?? read.sheets.get(wholeAddress(plain, read.page))
  }
}

/** The style sheets by their addresses, and the address of the page. */
type PartSheets = {
  readonly sheets: ReadonlyMap<string, string>
  readonly page: string | undefined
}

function sheetsOf(message: Uint8Array): PartSheets {
  const sheets = new Map<string, string>()
  let page: string | undefined
  for (const part of partsOf(message)) {
    const head = new TextDecoder('latin1').decode(message.subarray(part.start, part.body))
    const addresses = addressesOf(head.replaceAll(/\r?\n[ \t]+/g, ''))
    if (part.isHtml) page ??= addresses[0]
    if (!/^content-type:\s*text\/css\b/im.test(head) || sheets.size >= MAX_SHEETS) continue
    const bytes = bytesOf(message, part)
    const css = decodeUtf8(bytes) ?? new TextDecoder('windows-1252').decode(bytes)
    for (const address of addresses) if (!sheets.has(address)) sheets.set(address, css)
  }
  return { sheets, page }
}

function addressesOf(head: string): readonly string[] {
  const location = /^content-location:([^\r\n]*)/im.exec(head)?.[1]?.trim()
  const id = /^content-id:\s*<([^<>\r\n]*)>/im.exec(head)?.[1]?.trim()
  return [...(location ? [location] : []), ...(id ? [`cid:${id}`] : [])]
}

function wholeAddress(address: string, page: string | undefined): string {
  return URL.canParse(address, page) ? new URL(address, page).href : address
}
