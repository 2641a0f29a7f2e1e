import { describe, expect, it } from 'vitest'

import { type Chunk, chunkText, embeddedText } from '../../src/pipelines/documents/chunk/chunk.ts'
import type { DocumentContent } from '../../src/pipelines/documents/document-port.ts'
import type { Embedder } from '../../src/pipelines/documents/embed/embedder.ts'
import { hashingEmbedder } from '../../src/pipelines/documents/embed/hashing-embedder.ts'
import { encodeGivenText } from '../../src/pipelines/documents/given-text.ts'
import { work } from '../../src/pipelines/documents/work.ts'
import { DocumentResult } from '../../src/protocol/document.ts'
import { encryptedPdf } from '../support/documents/encrypted-pdf.ts'
import {
  memoryDocumentPorts,
  documentTask,
  fileNamed,
  type Said,
} from '../support/documents/memory-document-ports.ts'
import { pdf, typed } from '../support/documents/pdf.ts'
import { read } from '../support/documents/reading.ts'

const SENTENCE = 'The tenant keeps the rooms in good repair and pays the rent in advance.'

/** Makes a PDF with so many pages, all of them different. */
function lease(pages: number): Uint8Array {
  return pdf({ pages: Array.from({ length: pages }, (_, at) => typed(linesOf(at + 1))) })
}

function linesOf(page: number): string[] {
  return Array.from({ length: 30 }, (_, line) => `${page}.${line + 1} ${SENTENCE}`)
}

/** Makes a text of some thousand characters, whose paragraphs are all different. */
function longText(paragraphs: number): Uint8Array {
  const text = Array.from({ length: paragraphs }, (_, at) => `${at + 1}. ${SENTENCE.repeat(8)}`)
  return new TextEncoder().encode(text.join('\n\n'))
}

const PDF = fileNamed('lease.pdf', 'pdf')
const TEXT = fileNamed('lease.txt', 'text')

function stepsOf(said: readonly Said[]): string[] {
  return said.map(({ step }) => step).filter((step, at, all) => step !== all[at - 1])
}

describe('a document during its work', () => {
  it('goes through its steps in order, and a 32-page PDF reports each page', async () => {
    const room = memoryDocumentPorts({ content: PDF, files: { file: () => lease(32) } })
    await work(documentTask(), room.ports)
    expect(stepsOf(room.said)).toEqual(['extracting', 'chunking', 'embedding', 'indexing'])
    const messages = room.said.map(({ message }) => message)
    expect(messages[0]).toBe('Opening the file')
    const pages = Array.from({ length: 32 }, (_, at) => `Page ${at + 1} of 32`)
    expect(messages.filter((message) => message.startsWith('Page '))).toEqual(pages)
    expect(messages).toContain('Finding passages')
    expect(messages).toContainEqual(expect.stringMatching(/^Passage 33 of \d+$/))
  })

  it('never goes back within a step, and stays between 0 and 100', async () => {
    for (const [content, bytes] of [
      [PDF, lease(12)],
      [TEXT, longText(200)],
    ] as const) {
      const { ports, said } = memoryDocumentPorts({ content, files: { file: () => bytes } })
      await work(documentTask(), ports)
      const fallen = said.filter(({ step, progress }, at) => {
        const before = said[at - 1]
        return before?.step === step && progress < before.progress
      })
      expect(fallen).toEqual([])
      expect(said.filter(({ progress }) => !(progress >= 0 && progress <= 100))).toEqual([])
    }
  })
})

async function vectorsOf(chunks: readonly Chunk[]) {
  const vectors = await hashingEmbedder.embed(chunks.map(embeddedText), 'passage')
  return vectors.map((vector, n) => ({ n, vector }))
}

describe('the staged rows', () => {
  it('are every passage and its vector, once, only under this attempt', async () => {
    const room = memoryDocumentPorts({ content: PDF, files: { file: () => lease(40) } })
    const task = documentTask(3)
    const done = await work(task, room.ports)
    const stage = `${task.run_id}.3`
    expect([...room.stages.keys()]).toEqual([stage])
    const staged = room.stages.get(stage)
    const extracted = await read(lease(40), 'lease.pdf')
    const chunks = chunkText(extracted, { chars: 1_200, overlap: 150 })
    expect(chunks.length).toBeGreaterThan(64)
    expect(staged?.chunks).toEqual(chunks)
    expect(staged?.vectors).toEqual(await vectorsOf(chunks))
    expect(done).toEqual({
      kind: 'ready',
      result: {
        stage,
        title: null,
        language: 'english',
        pages: 40,
        characters: extracted.text.length,
        chunks: chunks.length,
        model: hashingEmbedder.model,
        notices: [],
      },
    })
    expect(staged?.language).toBe('english')
    expect(done.kind === 'ready' && DocumentResult.safeParse(done.result).success).toBe(true)
  })

  it("are the text that its owner's password opened, if there is one, whatever the file has", async () => {
    const given = await read(longText(3), 'given.txt')
    const content = { ...fileNamed('locked.pdf', 'pdf'), text_key: 'text' }
    const room = memoryDocumentPorts({ content, files: { text: () => encodeGivenText(given) } })
    const done = await work(documentTask(), room.ports)
    expect(done).toMatchObject({ kind: 'ready', result: { characters: given.text.length } })
    const texts = [...room.stages.values()].flatMap(({ chunks }) => chunks.map(({ text }) => text))
    expect(texts.join('')).toContain(SENTENCE)
  })
})

describe('a part of the vectors', () => {
  const aside = { content: TEXT, files: { file: () => longText(300) } }

  it('is written while the next part is embedded, and no other is', async () => {
    const second = Promise.withResolvers<void>()
    const parts: number[] = []
    const embedder: Embedder = {
      ...hashingEmbedder,
      embed(texts, kind) {
        if (parts.push(texts.length) === 2) second.resolve()
        return hashingEmbedder.embed(texts, kind)
      },
    }
    const ahead: number[] = []
    let written = 0
    const room = memoryDocumentPorts({ ...aside, embedder })
    const stageVectors: typeof room.ports.documents.stageVectors = async () => {
      await second.promise
      // Everything that can go on has gone on.
      await new Promise(setImmediate)
      ahead.push(parts.length - ++written)
    }
    const documents = { ...room.ports.documents, stageVectors }
    await work(documentTask(), { ...room.ports, documents })
    expect(parts.length).toBeGreaterThan(3)
    expect(ahead).toEqual([...parts.slice(1).map(() => 1), 0])
  })

  it.each([1, 2, 3])('that cannot be written, the %d., fails the document', async (failing) => {
    const away = new Error('no answer')
    let parts = 0
    const onStage = async () => {
      if (++parts === failing) throw away
    }
    const room = memoryDocumentPorts({ ...aside, onStage })
    await expect(work(documentTask(), room.ports)).rejects.toBe(away)
    expect(parts).toBe(failing)
  })
})

type Failing = { readonly content?: DocumentContent; readonly file?: Uint8Array }

describe('a document that cannot be read', () => {
  const locked = encryptedPdf({ pages: [typed([SENTENCE])] }, 'secret')
  const refused = { code: 'too_large', message: 'Split it.' }
  const cases: readonly (Failing & { readonly name: string; readonly code: string })[] = [
    { name: 'was removed', code: 'removed' },
    { name: 'was refused at its upload', code: 'too_large', content: { ...PDF, refused } },
    { name: 'has lost its file', code: 'damaged', content: PDF },
    { name: 'has no file', code: 'damaged', content: { ...PDF, file_key: null } },
    { name: 'is of no kind', code: 'unsupported', content: { ...PDF, kind: null }, file: lease(1) },
    { name: 'is locked', code: 'encrypted', content: PDF, file: locked },
    { name: 'is cut off', code: 'damaged', content: PDF, file: lease(3).slice(0, 900) },
    { name: 'holds no text', code: 'no_text', content: PDF, file: pdf({ pages: [[]] }) },
  ]

  it.each(cases)('$name: is failed for good, and stages nothing', async ({ code, ...failing }) => {
    const { content, file } = failing
    const files = file === undefined ? {} : { file: () => file }
    const room = memoryDocumentPorts({ ...(content && { content }), files })
    const done = await work(documentTask(), room.ports)
    expect(done).toEqual({
      kind: 'failed',
      failure: { code, message: expect.stringMatching(/\.$/), retryable: false },
    })
    expect(room.stages.size).toBe(0)
  })

  it('is not failed by a database that does not answer', async () => {
    const away = new Error('no answer')
    const onStage = () => Promise.reject(away)
    const room = memoryDocumentPorts({ content: TEXT, files: { file: () => longText(3) }, onStage })
    await expect(work(documentTask(), room.ports)).rejects.toBe(away)
  })
})

describe('a document that is aborted', () => {
  it.each(['vectors', 'chunks'] as const)('stages no more %s', async (aborted) => {
    const controller = new AbortController()
    const reason = new Error('enough')
    let parts = 0
    const room = memoryDocumentPorts({
      content: TEXT,
      files: { file: () => longText(300) },
      signal: controller.signal,
      async onStage(table) {
        if (table === aborted && ++parts === 2) controller.abort(reason)
      },
    })
    await expect(work(documentTask(), room.ports)).rejects.toBe(reason)
    expect(parts).toBe(2)
  })

  it('reads no more pages', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const room = memoryDocumentPorts({
      content: PDF,
      files: { file: () => lease(30) },
      signal: controller.signal,
    })
    const step: typeof room.ports.step = (name, said) => {
      room.ports.step(name, said)
      if (said?.message === 'Page 5 of 30') controller.abort(reason)
    }
    await expect(work(documentTask(), { ...room.ports, step })).rejects.toBe(reason)
    expect(room.said.at(-1)?.message).toBe('Page 5 of 30')
    expect(room.stages.size).toBe(0)
  })
})
