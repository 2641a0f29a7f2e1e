import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { encryptedPdf } from '../../support/documents/encrypted-pdf.ts'
import { typed } from '../../support/documents/pdf.ts'
import { countRows, isEmbedding, keysInR2, lawyer, NO_ROWS } from '../documents.ts'
import { holdEmbedding } from '../embedding.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

describe('a removed document', () => {
  it('disappears with its file, its text, its chunks and its vectors', async () => {
    const who = await lawyer()
    const before = await keysInR2()
    const locked = encryptedPdf({ pages: [typed(['The vault holds nine paintings.'])] }, 'p')
    const { run_id, document_id } = await who.uploadOne('vault.pdf', locked)
    await who.follow(run_id)
    await who.client.post(`/api/documents/${document_id}/retry`, { password: 'p' })
    await who.follow(run_id)
    expect((await keysInR2()).length - before.length).toBe(2)
    expect(await countRows(who.owner)).toMatchObject({ documents: 1, chunks: 1 })

    const answer = await who.call('DELETE', `/api/documents/${document_id}`)
    expect(await answer.json()).toEqual({
      document_id,
      removed: ['file', 'text', 'chunks', 'embeddings'],
    })
    expect(await keysInR2()).toEqual(before)
    expect(await countRows(who.owner)).toEqual(NO_ROWS)
    expect(await who.search('paintings')).toEqual([])
    expect((await who.call('DELETE', `/api/documents/${document_id}`)).status).toBe(404)
  })

  it('stops its work first, and no result comes after', async () => {
    const who = await lawyer()
    const before = await keysInR2()
    const embedding = holdEmbedding()
    const { run_id, document_id } = await who.uploadOne('a.txt', 'Some text.')
    await isEmbedding(who, document_id)
    expect((await who.call('DELETE', `/api/documents/${document_id}`)).status).toBe(200)
    expect(await who.jobs(run_id)).toMatchObject([{ status: 'aborted' }])
    await embedding.release()
    await who.follow(run_id)
    expect(await keysInR2()).toEqual(before)
    expect(await countRows(who.owner)).toEqual(NO_ROWS)
  })

  it('can be removed again if the removal broke off half-way', async () => {
    vi.spyOn(console, 'error').mockReturnValue()
    const who = await lawyer()
    const before = await keysInR2()
    const { run_id, document_id } = await who.uploadOne('a.txt', 'Some text.')
    await who.follow(run_id)
    const remove = () => who.call('DELETE', `/api/documents/${document_id}`)
    vi.spyOn(env.FILES, 'delete').mockRejectedValueOnce(new Error('R2 is away'))
    expect((await remove()).status).toBe(500)
    expect((await remove()).status).toBe(200)
    expect(await keysInR2()).toEqual(before)
    expect(await countRows(who.owner)).toEqual(NO_ROWS)
  })
})
