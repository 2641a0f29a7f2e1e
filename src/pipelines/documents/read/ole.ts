import { DocumentFailure } from '../document-failure.ts'

const PROTECTED =
  'A password protects this Office file. Open the file in Office, save it without a password, and upload that file.'
const OTHER_OFFICE =
  'Runcast cannot read this Office file. Save it as PDF, DOCX, XLSX or PPTX in the program that made it, and upload that file.'

/**
 * Says why a file in Microsoft's old container format cannot be read. The names in its directory show the kind of
 * file. If the directory is not among the bytes, the extension decides.
 */
export function oleFailure(bytes: Uint8Array, extension: string): DocumentFailure {
  const names = directoryOf(bytes)
  if (names.includes('EncryptedPackage')) return new DocumentFailure('encrypted', PROTECTED)
  const word = names.length > 0 ? names.includes('WordDocument') : /^do[ct]$/.test(extension)
  return word ? new DocumentFailure('legacy_doc') : new DocumentFailure('unsupported', OTHER_OFFICE)
}

/** Whether a file in that format is a message of Outlook. */
export function isOutlookMessage(bytes: Uint8Array, extension: string): boolean {
  const names = directoryOf(bytes)
  if (names.length === 0) return extension === 'msg' || extension === 'oft'
  return names.some((name) =>
    /^__(?:properties_version|nameid_version|substg|recip_version)/.test(name),
  )
}

const ENTRY_BYTES = 128
const NAME_BYTES = 64
/** The first entries show the kind of the file, and they nearly always lie together. */
const ENTRIES = 32

/** Reads the names of the first directory entries, if the bytes hold them. */
function directoryOf(bytes: Uint8Array): string[] {
  if (bytes.length < 512) return []
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const sector = 2 ** Math.min(view.getUint16(30, true), 12)
  const start = (view.getUint32(48, true) + 1) * sector
  const names: string[] = []
  for (
    let at = start;
    at < start + ENTRIES * ENTRY_BYTES && at + ENTRY_BYTES <= bytes.length;
    at += ENTRY_BYTES
  ) {
    const length = Math.max(0, Math.min(view.getUint16(at + NAME_BYTES, true), NAME_BYTES) - 2)
    names.push(new TextDecoder('utf-16le').decode(bytes.subarray(at, at + length)))
  }
  return names
}
