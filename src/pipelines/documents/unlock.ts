import type { DocumentKind } from '../../protocol/document.ts'
import type { Reason } from '../../protocol/status.ts'
import { DocumentFailure } from './document-failure.ts'
import { encodeGivenText } from './given-text.ts'
import { extract } from './read/extract.ts'

type LockedFile = {
  readonly name: string
  readonly kind: DocumentKind
  readonly bytes: Uint8Array
}

type Unlocked =
  | { readonly kind: 'text'; readonly bytes: Uint8Array }
  | { readonly kind: 'locked'; readonly reason: Reason }

/** Reads the text of a protected file in its stored form, or returns the reason why that failed. */
export async function unlock(
  file: LockedFile,
  { password, signal }: { readonly password: string; readonly signal: AbortSignal },
): Promise<Unlocked> {
  try {
    const extracted = await extract({ ...file, password }, { signal, say: () => {} })
    return { kind: 'text', bytes: encodeGivenText(extracted) }
  } catch (error) {
    if (!(error instanceof DocumentFailure)) throw error
    return { kind: 'locked', reason: { code: error.code, message: error.message } }
  }
}
