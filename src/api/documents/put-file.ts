import type { GivenFile } from '../../db/documents.ts'
import type { DocumentPorts } from '../document-ports.ts'
import { shownName } from './shown-name.ts'

/** Puts a file away and looks at what it is. One that is refused is not kept. */
export async function putFile(
  { files, check }: DocumentPorts,
  given: { readonly name: string; readonly bytes: AsyncIterable<Uint8Array> },
): Promise<GivenFile> {
  const name = shownName(given.name)
  const { key, size, sha256, head } = await files.put(given.bytes)
  const { kind, refused } = check({ name, size, head })
  if (refused !== null && size > 0) await files.remove([key])
  return { name, kind, size, sha256, refused, file_key: refused === null ? key : null }
}

/** Where such files are, of those that were kept. */
export function keysOf(given: readonly Pick<GivenFile, 'file_key'>[]): string[] {
  return given.flatMap(({ file_key }) => file_key ?? [])
}
