import type { Context } from 'hono'

import type { GivenFile } from '../../db/documents.ts'
import type { RunId } from '../../protocol/ids.ts'
import type { Reason } from '../../protocol/status.ts'
import { bodyChunks, type BodyRules, requirePlain } from '../body-chunks.ts'
import { callDatabase } from '../database-call.ts'
import type { ApiEnv } from '../env.ts'
import type { ApiPorts } from '../ports.ts'
import { notFound, ProblemError } from '../problem.ts'
import type { DocumentName } from './document-name.ts'
import { findDocument, stopDocument } from './live-document.ts'
import { keysOf, putFile } from './put-file.ts'
import { retryDocument } from './retry-document.ts'

type ReplacedFile = { document_id: string; run_id: RunId; error?: Reason }

/** Another file under the same id, which is read at once. */
export async function replaceFile(
  ports: ApiPorts,
  c: Context<ApiEnv>,
  name: DocumentName,
): Promise<ReplacedFile> {
  const { body, headers } = c.req.raw
  requirePlain(headers)
  const before = await findDocument(ports, name)
  if (body === null) throw new ProblemError('invalid-form', { detail: 'The body is empty.' })
  const given = {
    name: c.req.query('name') ?? before.name,
    bytes: bodyChunks(body, rulesOf(ports)),
  }
  const file = await putFile(ports.documents, given)
  await ports.documents.files.remove(await putInPlace(ports, name, file))
  await stopDocument(ports, name.owner, before)
  const run_id = await retryDocument(ports, name.owner, { ...before, name: file.name })
  const { document_id } = name
  return { document_id, run_id, ...(file.refused === null ? {} : { error: file.refused }) }
}

/** Answers the keys of what it replaces. What takes no place is not kept. */
async function putInPlace(
  ports: ApiPorts,
  name: DocumentName,
  file: GivenFile,
): Promise<readonly string[]> {
  const { files, replace } = ports.documents
  try {
    const replaced = await callDatabase(() => replace(name, file))
    if (replaced === undefined) throw notFound()
    if (replaced === 'known') throw knownFile()
    return replaced
  } catch (error) {
    await files.remove(keysOf([file]))
    throw error
  }
}

function rulesOf({ documents }: ApiPorts): BodyRules {
  const most = documents.upload.form_bytes
  return {
    most,
    tooLarge: () => new ProblemError('too-large', { detail: `A file has at most ${most} bytes.` }),
    brokenOff: (cause) =>
      new ProblemError('invalid-form', { detail: 'The body ended before it was complete.', cause }),
  }
}

function knownFile(): ProblemError {
  return new ProblemError('exists', {
    detail: 'Another document of this matter has these bytes already.',
  })
}
