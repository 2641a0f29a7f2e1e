import { z } from 'zod'

import { type CompanyView, Source } from '../../src/protocol/company.ts'
import { labelsIn, labelText } from '../parts/label-text.ts'
import { parseJson } from '../wire/json.ts'

const AnyLabels = z.record(z.string(), z.string())

/** Labels as a person types them, or as JSON if a value has a comma or begins with a space. No key begins with a brace. */
const LabelsCell = z.codec(z.string(), AnyLabels, {
  decode: (text, context) =>
    text.startsWith('{') ? jsonIn(text, AnyLabels, context) : labelsIn(text),
  encode: (labels) => {
    const text = labelText(labels)
    const isRead = JSON.stringify(labelsIn(text)) === JSON.stringify(labels)
    return isRead ? text : JSON.stringify(labels)
  },
})

/** A source as the API takes it. Empty: it is found by the address. */
const SourceCell = z.codec(z.string(), Source.optional(), {
  decode: (text, context) => (text === '' ? undefined : jsonIn(text, Source, context)),
  encode: (source) => (source === undefined ? '' : JSON.stringify(source)),
})

/** The columns of a CSV of companies that are written and read again. A file may lack each of them. */
export const CompanyCells = z.object({
  slug: z.string(),
  name: z.string(),
  labels: LabelsCell,
  source: SourceCell,
})
export type CompanyCells = z.infer<typeof CompanyCells>

type Context = z.core.ParsePayload

function jsonIn<T>(text: string, shape: z.ZodType<T>, context: Context): T {
  const { success, data } = shape.safeParse(parseJson(text))
  if (success) return data
  const message = 'is not as the page writes it'
  context.issues.push({ code: 'custom', input: text, message })
  return z.NEVER
}

/** Companies as a file has them. The columns behind those of `CompanyCells` are for people, and are not read again. */
export function exportedCompanies(
  companies: readonly CompanyView[],
  open: ReadonlyMap<string, number>,
) {
  return companies.map(({ slug, name, labels, source, attention, created_at }) => ({
    ...z.encode(CompanyCells, { slug, name, labels, source }),
    open_postings: open.get(slug) ?? 0,
    fewer_than_usual: (attention?.fallen ?? []).map(({ field }) => field).join('; '),
    created_at,
  }))
}
