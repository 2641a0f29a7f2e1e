import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

export type Snippet = {
  readonly language: string
  /** The name of the file, from its first line. */
  readonly file: string | undefined
  readonly text: string
}

const BLOCK = /^```(\w*)\n([^]*?)^```$/gm
const NAMED = /^(?:\/\/|<!--) ([\w.-]+)(?: -->)?\n/

/** Reads the code blocks of a document, or of one of its sections. */
export function snippetsOf(document: string, section = ''): readonly Snippet[] {
  const whole = readFileSync(join(ROOT, document), 'utf8')
  const from = whole.indexOf(section && `## ${section}\n`)
  if (from < 0) throw new Error(`${document} has no section ${section}`)
  const to = section ? whole.indexOf('\n## ', from) : whole.length
  return [...whole.slice(from, to).matchAll(BLOCK)].map(([, language = '', text = '']) => {
    return { language, file: NAMED.exec(text)?.[1], text }
  })
}
