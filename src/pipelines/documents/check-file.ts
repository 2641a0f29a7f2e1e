import type { DocumentKind } from '../../protocol/document.ts'
import type { Reason } from '../../protocol/status.ts'
import { DocumentFailure } from './document-failure.ts'
import { documentKind } from './read/document-kind.ts'

/** A file as far as it is seen while it comes: `head` its first bytes, `size` all of them. */
type SeenFile = { readonly name: string; readonly size: number; readonly head: Uint8Array }

type Verdict = { readonly kind: DocumentKind | null; readonly refused: Reason | null }

/** What a file is, and why it cannot be read, where that can be seen from outside. */
export function checkFile({ name, size, head }: SeenFile, most_bytes: number): Verdict {
  try {
    const kind = documentKind(head, name)
    if (isParsed(kind) && size > most_bytes) throw tooLarge(most_bytes)
    return { kind, refused: null }
  } catch (error) {
    if (!(error instanceof DocumentFailure)) throw error
    return { kind: null, refused: { code: error.code, message: error.message } }
  }
}

/** Those that are held in memory whole, and more than once, while they are read. */
function isParsed(kind: DocumentKind): boolean {
  return kind === 'pdf' || kind === 'docx'
}

function tooLarge(most_bytes: number): DocumentFailure {
  const most = Math.floor(most_bytes / 1_000_000)
  return new DocumentFailure(
    'too_large',
    `This file has more than ${most} MB, which is as much as can be read. Split it and upload its parts.`,
  )
}
