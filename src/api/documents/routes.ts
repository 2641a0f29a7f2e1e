import { Hono } from 'hono'
import { z } from 'zod'

import { readOptionalJson } from '../body.ts'
import type { ApiEnv } from '../env.ts'
import { limitSchema, parseInput, QueryText } from '../input.ts'
import { readPage } from '../listing.ts'
import type { ApiPorts } from '../ports.ts'
import { notFound } from '../problem.ts'
import { nameIn } from './document-name.ts'
import { embedAnew } from './embed-anew.ts'
import { findDocument, liveDocument } from './live-document.ts'
import { removeDocument } from './remove-document.ts'
import { replaceFile } from './replace-file.ts'
import { retryDocument } from './retry-document.ts'
import { RetryBody, unlockDocument } from './retry-locked.ts'
import { sendFile } from './send-file.ts'
import { uploadDocuments } from './upload.ts'

const ListQuery = z.object({
  matter: QueryText.exactOptional(),
  cursor: QueryText.exactOptional(),
  limit: limitSchema({ normal: 50, max: 200 }),
})

const ChunksQuery = ListQuery.omit({ matter: true })

export function documentRoutes(ports: ApiPorts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  const { documents } = ports

  app.post('/', async (c) => {
    const uploaded = await uploadDocuments(ports, c)
    return c.json(uploaded, 202, { location: `/api/runs/${uploaded.run_id}` })
  })

  app.get('/', async (c) => {
    const query = parseInput(ListQuery, c.req.query())
    return c.json(await readPage(() => documents.list({ ...query, owner: c.get('owner') })))
  })

  app.post('/embed', async (c) => {
    const answer = await embedAnew(ports, c)
    if (answer.kind === 'nothing') return c.json({ documents: 0, left: 0 })
    const { run_id, documents: count, left } = answer
    return c.json({ run_id, documents: count, left }, 202, { location: `/api/runs/${run_id}` })
  })

  app.get('/:document_id', async (c) => c.json(await liveDocument(ports, nameIn(c))))
  app.delete('/:document_id', async (c) => c.json(await removeDocument(ports, nameIn(c))))
  app.get('/:document_id/file', (c) => sendFile(ports, nameIn(c)))
  app.put('/:document_id/file', async (c) => c.json(await replaceFile(ports, c, nameIn(c)), 202))

  app.get('/:document_id/chunks', async (c) => {
    const query = { ...parseInput(ChunksQuery, c.req.query()), ...nameIn(c) }
    return c.json(
      await readPage(async () => {
        const found = await documents.chunks(query)
        if (found === undefined) throw notFound()
        return found
      }),
    )
  })

  app.post('/:document_id/retry', async (c) => {
    const name = nameIn(c)
    const { password } = parseInput(RetryBody, await readOptionalJson(c.req.raw))
    const { signal } = c.req.raw
    if (password !== undefined) await unlockDocument(ports, name, { password, signal })
    const document = await findDocument(ports, name)
    const run_id = await retryDocument(ports, name.owner, document)
    return c.json({ document_id: name.document_id, run_id }, 202)
  })
  return app
}
