import Papa from 'papaparse'

import { DocumentFailure } from '../../document-failure.ts'
import type { Extracted } from '../../text/extracted.ts'
import { TextBuilder } from '../../text/text-builder.ts'
import { decodeText } from '../decode-text.ts'
import { checkLength, type ExtractLimits } from '../extract-limits.ts'
import { delimiterOf } from './delimiter.ts'

/** Reads a table of values. A record is a line, and a tab is between two of its values. */
export async function extractCsv(bytes: Uint8Array, limits: ExtractLimits): Promise<Extracted> {
  const text = await decodeText(bytes)
  const { declared, table } = withoutDeclaration(text)
  const builder = new TextBuilder()
  Papa.parse<string[]>(table, {
    delimiter: declared ?? delimiterOf(table),
    step: ({ data }) => {
      const line = data.map((value) => value.replaceAll(/\s+/g, ' ').trim()).join('\t')
      if (line.trim() === '') builder.break('paragraph')
      else builder.line(line)
      checkLength(builder.length, limits)
    },
  })
  if (builder.length === 0) throw new DocumentFailure('empty')
  return builder.end(undefined, { unpaged: true })
}

/** Excel takes the first line `sep=;` for the sign between values. */
function withoutDeclaration(text: string): { declared: string | undefined; table: string } {
  const [line = '', declared] = /^\ufeff?sep=(.)\r?\n/i.exec(text) ?? []
  return { declared, table: text.slice(line.length) }
}
