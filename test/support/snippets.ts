import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

export type Snippet = {
  readonly language: string
  /** What its first line says that it is called. */
  readonly file: string | undefined
  readonly text: string
}

const BLOCK = /^```(\w*)\n([^]*?)^```$/gm
const NAMED = /^(?:\/\/|<!--) ([\w.-]+)(?: -->)?\n/

/** The code of a document, or of one of its sections, as it stands there. */
export function snippetsOf(document: string, section = ''): readonly Snippet[] {
  const whole = readFileSync(join(ROOT, document), 'utf8')
  const from = whole.indexOf(section && `## ${section}\n`)
  if (from < 0) throw new Error(`${document} has no section ${section}`)
  const to = section ? whole.indexOf('\n## ', from) : whole.length
  return [...whole.slice(from, to).matchAll(BLOCK)].map(([, language = '', text = '']) => {
    return { language, file: NAMED.exec(text)?.[1], text }
  })
}
