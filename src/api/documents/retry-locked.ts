import { z } from 'zod'

import { givenText } from '../../protocol/text.ts'
import { callDatabase } from '../database-call.ts'
import type { ApiPorts } from '../ports.ts'
import { invalidInput, notFound } from '../problem.ts'
import type { DocumentName } from './document-name.ts'
import { readDocument } from './live-document.ts'

export const RetryBody = z.strictObject({ password: givenText(1_000).exactOptional() })

type Unlocking = { readonly password: string; readonly signal: AbortSignal }

/**
 * Opens a protected file while its owner waits, and puts its text aside for the next attempt: the
 * password itself is kept nowhere.
 */
export async function unlockDocument(
  ports: ApiPorts,
  name: DocumentName,
  request: Unlocking,
): Promise<void> {
  const { files, unlock } = ports.documents
  const { kind, file_key, text_key, name: shown } = await readDocument(ports, name)
  const bytes = file_key === null ? undefined : await files.read(file_key)
  if (bytes === undefined || kind === null) throw refused('opens nothing: there is no file here')
  const opened = await unlock({ name: shown, kind, bytes }, request)
  if (opened.kind === 'locked') throw refused(opened.reason.message)
  await putAside(ports, name, opened.bytes)
  await files.remove(text_key === null ? [] : [text_key])
}

async function putAside(ports: ApiPorts, name: DocumentName, text: Uint8Array): Promise<void> {
  const { files, giveText } = ports.documents
  const { key } = await files.put(inOne(text))
  try {
    if (!(await callDatabase(() => giveText(name, key)))) throw notFound()
  } catch (error) {
    await files.remove([key])
    throw error
  }
}

function refused(message: string) {
  return invalidInput([{ path: 'password', message }])
}

async function* inOne(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes
}
