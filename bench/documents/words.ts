import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { promisify } from 'node:util'

import { documentKind } from '../../src/pipelines/documents/read/document-kind.ts'
import { extract } from '../../src/pipelines/documents/read/extract.ts'

const run = promisify(execFile)

/** A program whose text of a document is compared with ours. */
type Tool = {
  readonly name: string
  readonly extensions: ReadonlySet<string>
  readonly args: (path: string) => readonly string[]
}

const TOOLS: readonly Tool[] = [
  {
    name: 'pdftotext',
    extensions: new Set(['.pdf']),
    args: (path) => ['-enc', 'UTF-8', path, '-'],
  },
  {
    name: 'pandoc',
    extensions: new Set(['.docx', '.odt', '.epub', '.html', '.md', '.pptx', '.xlsx', '.rtf']),
    args: (path) => ['--to=plain', '--wrap=none', path],
  },
]

/** The words of one document in both texts. `both` counts a word as often as both texts have it. */
export type WordCount = {
  readonly name: string
  readonly tool: string
  readonly ours: number
  readonly theirs: number
  readonly both: number
}

export type WordCounts = {
  readonly counts: readonly WordCount[]
  /** The tools that are not installed. */
  readonly missing: readonly string[]
}

/** Compares the words of documents with those that other tools read. Leaves out documents that one side does not read. */
export async function countWords(paths: readonly string[]): Promise<WordCounts> {
  const counts: WordCount[] = []
  const missing = new Set<string>()
  for (const path of paths) {
    const tool = TOOLS.find(({ extensions }) => extensions.has(extname(path).toLowerCase()))
    if (tool === undefined || missing.has(tool.name)) continue
    const read = await textBy(tool, path)
    if (read.kind === 'missing') missing.add(tool.name)
    const ours = await ourText(path)
    if (read.kind !== 'text' || ours === undefined) continue
    counts.push({
      name: basename(path),
      tool: tool.name,
      ...compare(wordsIn(ours), wordsIn(read.text)),
    })
  }
  return { counts, missing: [...missing] }
}

type ReadByTool =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' | 'unread' }

async function textBy({ name, args }: Tool, path: string): Promise<ReadByTool> {
  try {
    const { stdout } = await run(name, [...args(path)], { maxBuffer: 64_000_000 })
    return { kind: 'text', text: withHeadersOnce(stdout) }
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return { kind: isMissing ? 'missing' : 'unread' }
  }
}

/** The first and last lines of a page that may be a running header or footer. */
const EDGE = 2

/**
 * Keeps a line at the edge of a page that half of the pages have there, but for its numbers, on its first page alone: we
 * read running headers once.
 */
function withHeadersOnce(text: string): string {
  const pages = text
    .split('\f')
    .map((page) => page.split('\n').filter((line) => keyOf(line) !== ''))
  const pagesWith = new Map<string, number>()
  for (const page of pages) {
    const edges = page.filter((_, at) => isEdge(page, at)).map(keyOf)
    for (const key of new Set(edges)) pagesWith.set(key, (pagesWith.get(key) ?? 0) + 1)
  }
  const seen = new Set<string>()
  const isAgain = (line: string) => {
    const key = keyOf(line)
    if (pages.length <= 3 || (pagesWith.get(key) ?? 0) * 2 <= pages.length) return false
    return seen.size === seen.add(key).size
  }
  return pages
    .map((page) => page.filter((line, at) => !isEdge(page, at) || !isAgain(line)).join('\n'))
    .join('\n')
}

function isEdge(page: readonly string[], at: number): boolean {
  return at < EDGE || at >= page.length - EDGE
}

function keyOf(line: string): string {
  return line
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .replaceAll(/\p{N}+/gu, '#')
    .trim()
}

async function ourText(path: string): Promise<string | undefined> {
  const bytes = new Uint8Array(readFileSync(path))
  const name = basename(path)
  try {
    const source = { bytes, kind: documentKind(bytes, name), name }
    const { text } = await extract(source, { signal: new AbortController().signal, say: () => {} })
    return text
  } catch {
    return undefined
  }
}

/** Words in lower case. A line's end may divide a word, and a hyphen joins two: neither is part of a word. */
function wordsIn(text: string): Map<string, number> {
  const words = new Map<string, number>()
  const flow = text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[-\u00ad\u2010]\s*\n\s*/g, '')
  for (const [word] of flow.matchAll(/[\p{L}\p{N}\p{M}]+/gu))
    words.set(word, (words.get(word) ?? 0) + 1)
  return words
}

function compare(ours: ReadonlyMap<string, number>, theirs: ReadonlyMap<string, number>) {
  const both = [...theirs].map(([word, count]) => Math.min(count, ours.get(word) ?? 0))
  return { ours: sum(ours.values()), theirs: sum(theirs.values()), both: sum(both) }
}

function sum(counts: Iterable<number>): number {
  return [...counts].reduce((all, count) => all + count, 0)
}
