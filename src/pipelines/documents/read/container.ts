import { type DocumentKind, isMessage, type MessageKind } from '../../../protocol/document.ts'
import { DocumentFailure } from '../document-failure.ts'
import { type ContainedFile, isArchive, unpackFiles } from './zip/archive.ts'

/** A file that has other files in it. A message is a document too, and a ZIP is none. */
export type ContainerKind = 'zip' | MessageKind

type JudgedFile = {
  readonly name: string
  readonly head: Uint8Array
  readonly kind: DocumentKind | null
}

export function containerKind({ name, head, kind }: JudgedFile): ContainerKind | undefined {
  if (isArchive(head, name)) return 'zip'
  return isMessage(kind) ? kind : undefined
}

/**
 * Takes the files out of a ZIP or a message. A message that cannot be read has none: the reader of its text says
 * why.
 */
export async function takeOut(
  container: ContainerKind,
  file: { readonly name: string; readonly bytes: Uint8Array },
): Promise<Iterable<ContainedFile>> {
  if (container === 'zip') return unpackFiles(file)
  try {
    return await (container === 'eml' ? mailFiles(file.bytes) : outlookFiles(file.bytes))
  } catch (error) {
    if (error instanceof DocumentFailure) return []
    throw error
  }
}

async function mailFiles(bytes: Uint8Array): Promise<Iterable<ContainedFile>> {
  const { attachedFiles, parseMessage } = await import('./mail/message.ts')
  const { email } = await parseMessage(bytes)
  return attachedFiles(email).map((one) => ({ kind: 'file', ...one }))
}

async function outlookFiles(bytes: Uint8Array): Promise<Iterable<ContainedFile>> {
  const { filesOf } = await import('./msg/outlook-attachments.ts')
  return filesOf(bytes)
}
