import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

import { z } from 'zod'

import { endWithParent, tellParent } from '../../scripts/parent.ts'
import { chunkText, embeddedText } from '../../src/pipelines/documents/chunk/chunk.ts'
import { DocumentFailure } from '../../src/pipelines/documents/document-failure.ts'
import { hashingEmbedder } from '../../src/pipelines/documents/embed/hashing-embedder.ts'
import { documentKind } from '../../src/pipelines/documents/read/document-kind.ts'
import { extract } from '../../src/pipelines/documents/read/extract.ts'
import { languageOf } from '../../src/pipelines/text/language.ts'

const Task = z.object({ paths: z.array(z.string()) })
const EMBEDDED = 32
const ports = { signal: new AbortController().signal, say: () => {} }

/** Reads a file as a script without runs would. Returns the number of its pages. */
async function read(path: string): Promise<number> {
  const name = basename(path)
  const bytes = new Uint8Array(readFileSync(path))
  const extracted = await extract({ bytes, name, kind: documentKind(bytes, name) }, ports)
  languageOf(extracted.text)
  const texts = chunkText(extracted, { chars: 1_200, overlap: 150 }).map(embeddedText)
  for (let at = 0; at < texts.length; at += EMBEDDED)
    await hashingEmbedder.embed(texts.slice(at, at + EMBEDDED), 'passage')
  return extracted.pages.length
}

async function readAll(paths: readonly string[]) {
  const began = performance.now()
  let pages = 0
  for (const path of paths) pages += await read(path).catch(unlessFailed)
  const peak_mb = process.resourceUsage().maxRSS / 1_024
  return { pages, ms: performance.now() - began, peak_mb }
}

function unlessFailed(error: unknown): number {
  if (error instanceof DocumentFailure) return 0
  throw error
}

endWithParent(() => process.exit(0))
process.on('message', (message) => {
  void readAll(Task.parse(message).paths).then(
    (answer) => process.send?.(answer),
    (error: unknown) => {
      console.error('bench: the script failed:', error)
      process.exit(1)
    },
  )
})
tellParent({ ready: 'peer' })
