import { createParser } from 'eventsource-parser'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'

import { ProgressMessage } from '../../../src/protocol/document-progress.ts'
import { DocumentId } from '../../../src/protocol/document.ts'
import { pdf, typed } from '../../support/documents/pdf.ts'
import { send } from '../api-client.ts'
import { takeQueued } from '../connections.ts'
import { isEmbedding, lawyer, type Lawyer } from '../documents.ts'
import { holdEmbedding } from '../embedding.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

type Told = { readonly id?: string | undefined; readonly said: ProgressMessage }

const Started = z.looseObject({ document_id: DocumentId, run_id: z.string() })

/** Reads the unnamed messages of a document's stream, one after the other. */
class Messages {
  readonly all: Told[] = []
  private readonly parser = createParser({
    onEvent: ({ event, id, data }) => {
      if (event !== undefined) throw new Error(`a message is named ${event}`)
      this.all.push({ id, said: ProgressMessage.strict().parse(JSON.parse(data)) })
    },
  })
  private readonly reader: ReadableStreamDefaultReader<string>

  constructor({ body }: Response) {
    if (body === null) throw new Error('no stream came')
    this.reader = body.pipeThrough(new TextDecoderStream()).getReader()
  }

  /** Returns the next unread message. Returns undefined when the stream has closed. */
  async next(): Promise<Told | undefined> {
    const count = this.all.length
    while (this.all.length === count) {
      const { value } = await this.reader.read()
      if (value === undefined) return undefined
      this.parser.feed(value)
    }
    return this.all[count]
  }

  async drain(): Promise<Told[]> {
    while ((await this.next()) !== undefined);
    return this.all
  }

  async cancel(): Promise<void> {
    await this.reader.cancel()
  }
}

function watch({ client }: Lawyer, id: DocumentId, headers: Record<string, string> = {}) {
  return send(`/progress/documents/${id}/stream?token=${client.token}`, { headers })
}

describe('the stream of one document', () => {
  it('shows the document to its end in the words of the earlier system', async () => {
    const who = await lawyer()
    const held = holdEmbedding()
    const pages = Array.from({ length: 32 }, (_, at) => typed([`This is clause ${at + 1}.`]))
    const { document_id } = await who.uploadOne('long.pdf', pdf({ pages }))
    const answer = await watch(who, document_id)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/event-stream')
    const messages = new Messages(answer)
    const first = await messages.next()
    expect(first).toMatchObject({ said: { status: 'PENDING', step: 'extraction', progress: 0 } })
    expect(first?.id ?? '').toBe('')
    await held.release()
    const all = await messages.drain()
    const steps = new Set(all.map(({ said }) => `${said.status} ${said.step}`))
    const order = ['PENDING extraction', 'EXTRACTED chunking', 'EXTRACTED embedding']
    expect([...order, 'INDEXED complete'].filter((step) => steps.has(step))).toEqual([...steps])
    expect(all.map(({ said }) => said.message)).toContainEqual(
      expect.stringMatching(/^Page \d+ of 32$/),
    )
    const { timestamp, ...end } = all.at(-1)?.said ?? {}
    expect(end).toEqual({
      document_id,
      status: 'INDEXED',
      step: 'complete',
      progress: 100,
      message: 'Ready',
    })
    expect(Math.abs(Date.parse(timestamp ?? '') - Date.now())).toBeLessThan(60_000)
    expect(all.map(({ id }) => id ?? '').filter((id) => id !== '')).toEqual(['end'])
  })

  it('gives a late watcher the present state at once, and a watcher that was cut off the changes since then', async () => {
    const who = await lawyer()
    const held = holdEmbedding()
    const { document_id } = await who.uploadOne('a.txt', 'Some text.')
    await isEmbedding(who, document_id)
    const first = new Messages(await watch(who, document_id))
    const said = { status: 'EXTRACTED', step: 'embedding', progress: 0, message: 'Passage 1 of 1' }
    expect((await first.next())?.said).toMatchObject(said)
    await first.cancel()
    await held.release()
    const again = await new Messages(await watch(who, document_id)).drain()
    expect(again.at(-1)).toMatchObject({ id: 'end', said: { status: 'INDEXED' } })
  })

  it('gives a watcher after the end the result, and 204 to one that has seen it', async () => {
    const who = await lawyer()
    const { run_id, document_id } = await who.uploadOne('a.txt', '')
    await who.follow(run_id)
    const all = await new Messages(await watch(who, document_id)).drain()
    expect(all).toMatchObject([
      { id: 'end', said: { status: 'FAILED', step: 'complete', progress: 0 } },
    ])
    expect(all[0]?.said.message).toContain('is empty')
    expect((await watch(who, document_id, { 'last-event-id': 'end' })).status).toBe(204)
    const other = await watch(who, document_id, { 'last-event-id': 'k3f09x2a.14' })
    expect(await new Messages(other).drain()).toHaveLength(1)
  })

  it('is only for its owner', async () => {
    const who = await lawyer()
    const { document_id } = await who.uploadOne('a.txt', 'Some text.')
    const stranger = await lawyer()
    expect((await watch(stranger, document_id)).status).toBe(404)
    expect((await send(`/progress/documents/${document_id}/stream`)).status).toBe(401)
    expect((await watch(who, document_id, { authorization: 'Bearer x' })).status).toBe(401)
  })
})

describe('the earlier routes', () => {
  it('take files, and show their results', async () => {
    const who = await lawyer()
    const form = new FormData()
    form.append('file', new File(['Some text.'], 'a.txt'))
    form.append('file', new File([''], 'b.txt'))
    const post = () => who.call('POST', '/documents/upload', { body: form })
    const answer = await post()
    expect(answer.status).toBe(202)
    const { document_id, run_id, ...shown } = Started.parse(await answer.json())
    expect(shown).toMatchObject({
      name: 'a.txt',
      processing_status: 'PENDING',
      documents: [{ document_id }, { name: 'b.txt', processing_status: 'FAILED' }],
    })
    await who.follow(run_id)
    const status = await who.call('GET', `/documents/${document_id}/status`)
    expect(await status.json()).toEqual({
      document_id,
      name: 'a.txt',
      processing_status: 'INDEXED',
      error: null,
    })
    expect(await (await post()).json()).toMatchObject({ document_id, processing_status: 'INDEXED' })
  })

  it('look up many known documents within the connections of a request', async () => {
    const who = await lawyer()
    const form = new FormData()
    for (let n = 0; n < 8; n += 1) form.append('file', new File([`Text ${n}.`], `${n}.txt`))
    const post = async () => (await who.call('POST', '/documents/upload', { body: form })).json()
    await who.follow(Started.parse(await post()).run_id)
    const { documents } = z.object({ documents: z.array(z.unknown()) }).parse(await post())
    expect(documents).toMatchObject(documents.map(() => ({ processing_status: 'INDEXED' })))
    expect(documents).toHaveLength(8)
    expect(takeQueued()).toEqual([])
  })
})
