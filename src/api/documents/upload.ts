import type { Context } from 'hono'
import { z } from 'zod'

import { randomHex } from '../../digest.ts'
import { DocumentId, NewMatter, type Uploaded } from '../../protocol/document.ts'
import type { DocumentPorts, NewDocument } from '../document-ports.ts'
import type { ApiEnv } from '../env.ts'
import { parseInput } from '../input.ts'
import type { ApiPorts } from '../ports.ts'
import { invalidInput } from '../problem.ts'
import { nameRun } from '../start.ts'
import { readForm } from './multipart.ts'
import { keysOf, putFile } from './put-file.ts'
import { startUpload } from './start-upload.ts'

const Named = z.object({ matter: NewMatter })

/** Takes the files of a form and starts a run over them. When anything fails, nothing is left of it. */
export async function uploadDocuments(
  ports: ApiPorts,
  c: Context<ApiEnv>,
  usual_matter?: string,
): Promise<Uploaded> {
  const documents: NewDocument[] = []
  const owner = c.get('owner')
  try {
    const run_id = await nameRun(ports, c)
    const form = await takeForm(ports.documents, c.req.raw, documents)
    const { matter } = parseInput(Named, {
      matter: form.matter ?? c.req.query('matter') ?? usual_matter,
    })
    return await startUpload(ports, { owner, run_id, matter, documents })
  } catch (error) {
    await ports.documents.files.remove(keysOf(documents))
    throw error
  }
}

/** `kept` has what was put away so far, also when it ends with an error. */
async function takeForm(
  ports: DocumentPorts,
  request: Request,
  kept: NewDocument[],
): Promise<{ matter?: string }> {
  const fields: { matter?: string } = {}
  for await (const part of readForm(request, ports.upload)) {
    if (part.kind === 'file') {
      const document_id = DocumentId.parse(randomHex(16))
      kept.push({ document_id, ...(await putFile(ports, part)) })
    } else if (part.name === 'matter') fields.matter = part.value
    else throw invalidInput([{ path: part.name.slice(0, 100), message: 'is not known here' }])
  }
  if (kept.length === 0) throw invalidInput([{ path: 'files', message: 'names no file' }])
  return fields
}
