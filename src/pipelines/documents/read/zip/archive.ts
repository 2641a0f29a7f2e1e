import type { Reason } from '../../../../protocol/status.ts'
import { DocumentFailure } from '../../document-failure.ts'
import { EXTRACT_LIMITS } from '../extract-limits.ts'
import { kindOfPaths } from '../package-kind.ts'
import { startsWith } from '../signature.ts'
import { ZipPackage } from './zip-package.ts'

/** A file within another one, or the reason why the file cannot be taken out. */
export type ContainedFile =
  | { readonly kind: 'file'; readonly name: string; readonly bytes: Uint8Array }
  | { readonly kind: 'refused'; readonly name: string; readonly reason: Reason }

/** The most files of an archive, the most bytes of one, and the most bytes of all. */
const ARCHIVE_LIMITS = {
  ...EXTRACT_LIMITS,
  zip_entries: 500,
  part_bytes: 25_000_000,
  package_bytes: 256_000_000,
}

/** Whether a file is a ZIP of files, and no document that is a ZIP of parts. */
export function isArchive(head: Uint8Array, name: string): boolean {
  return /\.zip$/i.test(name) && startsWith(head, 'PK\x03\x04') && kindOfPaths(head) === undefined
}

/** Unpacks the files of a ZIP one after another. A ZIP that is damaged or a bomb is refused as a whole. */
export function* unpackFiles({ name, bytes }: ZipFile): Generator<ContainedFile> {
  const opened = opening(bytes)
  if ('code' in opened) {
    yield { kind: 'refused', name, reason: reasonOf(opened) }
    return
  }
  for (const path of opened.names.filter(isFile)) yield unpackOne(opened, path)
}

type ZipFile = { readonly name: string; readonly bytes: Uint8Array }

function opening(zip: Uint8Array): ZipPackage | DocumentFailure {
  try {
    if (zip.length > ARCHIVE_LIMITS.part_bytes) throw new DocumentFailure('too_large')
    return new ZipPackage(zip, ARCHIVE_LIMITS)
  } catch (error) {
    if (error instanceof DocumentFailure) return error
    throw error
  }
}

function unpackOne(parts: ZipPackage, name: string): ContainedFile {
  try {
    return { kind: 'file', name, bytes: parts.bytes(name) }
  } catch (error) {
    if (!(error instanceof DocumentFailure)) throw error
    return { kind: 'refused', name, reason: reasonOf(error) }
  }
}

function reasonOf({ code, message }: DocumentFailure): Reason {
  return { code, message }
}

/** Folders, and what macOS and Windows add to a ZIP, are no files of the owner. */
function isFile(name: string): boolean {
  const last = name.split('/').at(-1) ?? ''
  return (
    last !== '' && !last.startsWith('.') && !name.startsWith('__MACOSX/') && last !== 'Thumbs.db'
  )
}
