import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import { describe, expect, it } from 'vitest'

import type { DocumentContent } from '../../src/pipelines/documents/document-port.ts'
import { hashingEmbedder } from '../../src/pipelines/documents/embed/hashing-embedder.ts'
import { work } from '../../src/pipelines/documents/work.ts'
import { docx, paragraph } from '../support/documents/docx.ts'
import {
  memoryDocumentPorts,
  documentTask,
  fileNamed,
} from '../support/documents/memory-document-ports.ts'
import { pdf, typed } from '../support/documents/pdf.ts'

const SENTENCE = 'The tenant keeps the rooms in good repair and pays the rent in advance.'
const PDF = fileNamed('lease.pdf', 'pdf')

function lease(pages: number): Uint8Array {
  const page = typed(Array.from({ length: 8 }, (_, line) => `${line + 1}. ${SENTENCE}`))
  return pdf({ pages: Array.from({ length: pages }, () => page) })
}

type Going = { said: number; progress: number; done: boolean }

/** Works on one document, and keeps its progress. */
function begin(bytes: Uint8Array, onDone: () => void = () => {}) {
  const going: Going = { said: 0, progress: 0, done: false }
  const room = memoryDocumentPorts({ content: PDF, files: { file: () => bytes } })
  const step: typeof room.ports.step = (_, { progress = 0 } = {}) => {
    going.said++
    going.progress = progress
  }
  const toEnd = async () => {
    await work(documentTask(), { ...room.ports, step })
    going.done = true
    onDone()
  }
  return { going, ended: toEnd() }
}

describe('twenty documents at once', () => {
  it('move side by side: when the first is done, no other is far behind', async () => {
    let least: number | undefined
    const all: ReturnType<typeof begin>[] = []
    const files = Array.from({ length: 20 }, () => lease(4))
    const onDone = () => (least ??= Math.min(...all.map(({ going }) => going.said)))
    for (const file of files) all.push(begin(file, onDone))
    await Promise.all(all.map(({ ended }) => ended))
    expect(all.every(({ going }) => going.done)).toBe(true)
    expect(least).toBeGreaterThanOrEqual(4)
  })

  it('do not wait for a long one among them', async () => {
    const long = begin(lease(150))
    const short = Array.from({ length: 19 }, () => begin(lease(3)))
    await Promise.all(short.map(({ ended }) => ended))
    expect(long.going.done).toBe(false)
    expect(long.going.progress).toBeLessThan(50)
    await long.ended
  })
})

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/** Counts the objects that nobody else holds any more, after a garbage collection. */
async function held(refs: readonly WeakRef<object>[]): Promise<number> {
  // An object that was used in this turn is kept until the turn ends.
  await nextTurn()
  collect()
  return refs.filter((ref) => ref.deref() !== undefined).length
}

describe('the memory of a document', () => {
  const paragraphs = Array.from({ length: 40 }, (_, at) => `${at + 1}. ${SENTENCE.repeat(6)}`)
  const text = new TextEncoder().encode(paragraphs.join('\n\n'))
  const html = new TextEncoder().encode(
    `<!doctype html><title>Lease</title><main>${paragraphs.map((one) => `<p>${one}</p>`).join('')}</main>`,
  )
  const word = docx({ body: paragraphs.map((one) => paragraph(one)).join('') })

  it.each([
    [PDF, lease(10)],
    [fileNamed('lease.docx', 'docx'), word],
    [fileNamed('lease.html', 'html'), html],
    [fileNamed('lease.txt', 'text'), text],
  ] as [DocumentContent, Uint8Array][])(
    'has its bytes only until they are read: $name',
    async (content, bytes) => {
      const refs: WeakRef<object>[] = []
      const file = () => {
        const copy = bytes.slice()
        refs.push(new WeakRef(copy), new WeakRef(copy.buffer))
        return copy
      }
      const left: number[] = []
      const room = memoryDocumentPorts({
        content,
        files: { file },
        onStage: async () => void left.push(await held(refs)),
      })
      await work(documentTask(), room.ports)
      expect(refs).toHaveLength(2)
      expect(new Set(left)).toEqual(new Set([0]))
    },
  )

  it('has the vectors of at most two parts, and of one after the embedding', async () => {
    const refs: WeakRef<object>[] = []
    const left: number[] = []
    const room = memoryDocumentPorts({
      content: PDF,
      files: { file: () => lease(100) },
      embedder: {
        ...hashingEmbedder,
        async embed(...texts) {
          const vectors = await hashingEmbedder.embed(...texts)
          refs.push(...vectors.map((vector) => new WeakRef(vector)))
          return vectors
        },
      },
    })
    const { documents } = room.ports
    const forgetting: typeof documents = {
      ...documents,
      stageVectors: async () => void left.push(await held(refs)),
      stageChunks: async () => void left.push(await held(refs)),
    }
    await work(documentTask(), { ...room.ports, documents: forgetting })
    expect(refs.length).toBeGreaterThan(96)
    expect(Math.max(...left)).toBeLessThanOrEqual(64)
    expect(left.at(-1)).toBeLessThanOrEqual(32)
  })
})
