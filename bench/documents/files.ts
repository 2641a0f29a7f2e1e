import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { pdf, type PrintedLine, typed } from '../../test/support/documents/pdf.ts'
import type { Options } from './options.ts'

export const SAMPLES = join(import.meta.dirname, '../../samples/documents')
const LINES = 45
const LINE_CHARS = 90
/** The pages of each file in an upload of many files. */
const PAGES = 10

/** The paths of files that one request uploads. */
export type Load = { readonly name: string; readonly paths: readonly string[] }

/** Returns the loads to measure. Writes the generated files into `folder`. */
export function loadsIn(folder: string, { pages, documents }: Options): Load[] {
  mkdirSync(folder, { recursive: true })
  const lines = linesOf(readFileSync(join(SAMPLES, 'employment-agreement.md'), 'latin1'))
  const write = (name: string, count: number, first: number) => {
    const path = join(folder, name)
    writeFileSync(path, pdf({ pages: pagesOf(lines, count, first), title: name, deflated: true }))
    return path
  }
  const many = Array.from({ length: documents }, (_, at) => write(`file-${at}.pdf`, PAGES, at * 7))
  return [
    { name: 'the samples', paths: pathsIn(SAMPLES) },
    { name: `a PDF of ${pages} pages`, paths: [write('long.pdf', pages, 0)] },
    { name: `${documents} PDFs of ${PAGES} pages`, paths: many },
  ]
}

export function pathsIn(folder: string): string[] {
  return readdirSync(folder)
    .toSorted()
    .map((name) => join(folder, name))
}

function linesOf(text: string): string[] {
  const flow = text.replaceAll(/[^ -~]+|[*#|]+/g, ' ').replaceAll(/ +/g, ' ')
  return flow.match(new RegExp(`.{1,${LINE_CHARS}}(?: |$)`, 'g')) ?? []
}

/** Makes pages with different texts: each begins with its number and at another place of the sample. */
function pagesOf(lines: readonly string[], count: number, first: number): PrintedLine[][] {
  return Array.from({ length: count }, (_, page) => {
    const from = first + page * 13
    const at = (line: number) => lines[(from + line) % lines.length] ?? ''
    const text = Array.from({ length: LINES }, (_line, line) => at(line))
    return typed([`Page ${page + 1} of volume ${first}`, ...text])
  })
}
