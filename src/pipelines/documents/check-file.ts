import type { DocumentKind } from '../../protocol/document.ts'
import type { Reason } from '../../protocol/status.ts'
import { DocumentFailure } from './document-failure.ts'
import { documentKind } from './read/document-kind.ts'

/** A file during its upload. `head` holds the first bytes; `size` counts all bytes. */
type SeenFile = { readonly name: string; readonly size: number; readonly head: Uint8Array }

type CheckedFile = { readonly kind: DocumentKind | null; readonly refused: Reason | null }

/** Finds a file's kind, or the reason why the file cannot be read if its first bytes or its size show one. */
export function checkFile({ name, size, head }: SeenFile, most_bytes: number): CheckedFile {
  try {
    const kind = documentKind(head, name)
    if (isParsed(kind) && size > most_bytes) throw tooLarge(most_bytes)
    return { kind, refused: null }
  } catch (error) {
    if (!(error instanceof DocumentFailure)) throw error
    return { kind: null, refused: { code: error.code, message: error.message } }
  }
}

/** Whether reading a file of this kind holds the whole file in memory more than once. */
function isParsed(kind: DocumentKind): boolean {
  return !TEXTS.has(kind)
}

/** Kinds that have a limit of their own, of bytes of text. */
const TEXTS: ReadonlySet<DocumentKind> = new Set(['html', 'markdown', 'text', 'csv', 'rtf'])

function tooLarge(most_bytes: number): DocumentFailure {
  const most = Math.floor(most_bytes / 1_000_000)
  return new DocumentFailure(
    'too_large',
    `This file has more than ${most} MB, and Runcast reads at most ${most} MB. Split the file, and upload the parts.`,
  )
}
