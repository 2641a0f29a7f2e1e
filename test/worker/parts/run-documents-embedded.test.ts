import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'

import { hashingEmbedder } from '../../../src/pipelines/documents/embed/hashing-embedder.ts'
import { DocumentPage } from '../../../src/protocol/document.ts'
import { RunId } from '../../../src/protocol/ids.ts'
import { formOf, isEmbedding, lawyer, type Lawyer, MATTER, rowsIn } from '../documents.ts'
import { holdEmbedding } from '../embedding.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const EARLIER = 'an-earlier-model'
const PRESENT = hashingEmbedder.model

const Started = z.strictObject({ run_id: RunId, documents: z.int(), left: z.int() })

/** Gives the embedder's model this name from now on. */
function embedWith(model: string): void {
  vi.spyOn(hashingEmbedder, 'model', 'get').mockReturnValue(model)
}

async function embed(who: Lawyer, body: unknown = {}) {
  const answer = await who.client.post('/api/documents/embed', body)
  expect(answer.status).toBe(202)
  return Started.parse(await answer.json())
}

/** Lists the stages and models of the vectors, and the stages of the chunks. */
async function kept({ owner }: Lawyer) {
  const chunks = await rowsIn('chunks', owner)
  const vectors = await rowsIn('chunk_vectors', owner)
  const models = new Set(vectors.map(({ model }) => model))
  return { models: [...models], stages: stagesOf(chunks), staged: stagesOf(vectors) }
}

function stagesOf(rows: readonly Record<string, unknown>[]): ReadonlySet<unknown> {
  return new Set(rows.map(({ stage }) => stage))
}

async function listed(who: Lawyer) {
  return DocumentPage.parse(await (await who.client.get('/api/documents')).json()).documents
}

describe('documents that another model has embedded', () => {
  it('are embedded again by a run, and a search finds them all the time', async () => {
    embedWith(EARLIER)
    const who = await lawyer()
    const first = await who.upload(['bond.txt', 'The landlord keeps the deposit of the tenant.'])
    const body = formOf([['bike.txt', 'Bicycles are kept in the yard.']], 'Roe')
    await who.call('POST', '/api/documents', { body })
    await vi.waitFor(
      async () =>
        expect((await listed(who)).map(({ status }) => status)).toEqual(['ready', 'ready']),
      60_000,
    )
    const [one] = first.documents
    if (one === undefined) throw new Error('nothing was uploaded')
    const { document_id } = one
    expect((await kept(who)).models).toEqual([EARLIER])
    // A word that is not in the text. Only the vector finds it.
    expect(await who.search('Kaution')).toMatchObject([{ document_id }, {}])

    embedWith(PRESENT)
    expect(await who.search('Kaution')).toEqual([])
    expect(await who.search('deposit')).toMatchObject([{ document_id }])
    const embedding = holdEmbedding()
    const { run_id, documents, left } = await embed(who)
    expect([documents, left]).toEqual([2, 0])
    await isEmbedding(who, document_id)
    expect(await who.document(document_id)).toMatchObject({ run_id, content: { model: EARLIER } })
    expect((await listed(who)).map(({ status }) => status)).toEqual(['ready', 'ready'])
    await embedding.release()
    vi.restoreAllMocks()
    expect(await who.search('deposit')).toMatchObject([{ document_id }])
    await who.follow(run_id)

    expect(await who.view(run_id)).toMatchObject({
      status: 'finished',
      groups: { [MATTER]: { found: 1 }, Roe: { found: 1 } },
    })
    expect(await who.search('Kaution')).toMatchObject([{ document_id }, {}])
    expect(await who.document(document_id)).toMatchObject({
      status: 'ready',
      run_id,
      content: { model: PRESENT },
    })
    const stages = new Set([`${run_id}.1`])
    await vi.waitFor(
      async () => expect(await kept(who)).toEqual({ models: [PRESENT], stages, staged: stages }),
      60_000,
    )
    const again = await who.client.post('/api/documents/embed', {})
    expect([again.status, await again.json()]).toEqual([200, { documents: 0, left: 0 }])
  })
})

describe('a document that cannot be embedded anew', () => {
  it('stays ready with its text and its vectors until another run', async () => {
    embedWith(EARLIER)
    const who = await lawyer()
    const [stays, gone] = [
      await who.uploadOne('bond.txt', 'The landlord keeps the deposit of the tenant.'),
      await who.uploadOne('bike.txt', 'Bicycles are kept in the yard.'),
    ]
    for (const { run_id } of [stays, gone]) await who.follow(run_id)
    const before = await kept(who)
    embedWith(PRESENT)
    const embedding = vi.spyOn(hashingEmbedder, 'embed')
    embedding.mockRejectedValue(new Error('the model is away'))
    vi.spyOn(console, 'error').mockReturnValue()
    const { run_id } = await embed(who)
    await who.follow(run_id)
    embedding.mockRestore()
    expect(await who.view(run_id)).toMatchObject({ status: 'error', snapshot: { failed: 2 } })
    const { document_id } = stays
    const shown = await who.document(document_id)
    expect(shown).toMatchObject({ status: 'ready', run_id, content: { model: EARLIER } })
    expect(shown).not.toHaveProperty('error')
    expect(await who.search('deposit')).toMatchObject([{ document_id }])
    expect((await kept(who)).models).toEqual(before.models)

    await who.call('DELETE', `/api/documents/${gone.document_id}`)
    await vi.waitFor(
      async () => expect((await who.client.post('/api/documents/embed', {})).status).toBe(202),
      60_000,
    )
    await vi.waitFor(
      async () =>
        expect(await who.document(document_id)).toMatchObject({ content: { model: PRESENT } }),
      10_000,
    )
  })

  it('does not change if its run is aborted before its job begins', async () => {
    embedWith(EARLIER)
    const who = await lawyer()
    const uploaded = await who.uploadOne('bond.txt', 'The landlord keeps the deposit.')
    await who.follow(uploaded.run_id)
    const before = await who.document(uploaded.document_id)
    embedWith(PRESENT)
    const send = vi.spyOn(env.DOCUMENTS_QUEUE, 'sendBatch').mockResolvedValue(undefined)
    const { run_id } = await embed(who)
    await expect.poll(() => who.jobs(run_id)).toHaveLength(1)
    await who.client.post(`/api/runs/${run_id}/abort`, {})
    await who.follow(run_id)
    expect(send).toHaveBeenCalled()
    expect(await who.document(uploaded.document_id)).toEqual(before)
  })
})
