import { z } from 'zod'

import type { Owner } from '../protocol/ids.ts'
import type { Reason } from '../protocol/status.ts'
import { callDatabase } from './calls.ts'
import { LabelFilter } from './label-filter.ts'
import type { ApiPorts, StartablePipeline } from './ports.ts'

/** The pipeline whose runs read companies. */
const CHOOSING = 'ingestion'

/** The most companies of a run. A start that would have more is refused. */
const MOST_COMPANIES = 10_000

const LABEL = 'must be the key of a label, or key:value, such as team:growth'

/** All companies that the owner has when the run is started. */
const AllCompanies = z.strictObject({
  companies: z.literal('all', 'must be "all", {"label": "team:growth"}, or a list of companies'),
})

/** Those of the companies that have a label then. The text stays as it was given, since a schedule keeps it. */
const LabelledCompanies = z.strictObject({
  companies: z.strictObject({
    label: z
      .string(LABEL)
      .refine((text) => LabelFilter.safeParse(text).success, LABEL)
      .meta({ examples: ['team:growth'] }),
  }),
})

/** The input of an ingestion whose companies are found when the run is started. */
const ChosenCompanies = z.union([LabelledCompanies, AllCompanies])

/** The input that a start may give. Refusals of other texts than `all` name it, so that its schema is the last one. */
export function startInput({ name, input }: StartablePipeline): z.ZodType {
  return name === CHOOSING ? z.union([input, LabelledCompanies, AllCompanies]) : input
}

export type ChoicePorts = { readonly companies: Pick<ApiPorts['companies'], 'list'> }

/** `none`: the owner has no such companies now. */
export type WholeInput =
  | { readonly kind: 'given'; readonly input: unknown }
  | { readonly kind: 'found'; readonly input: unknown }
  | { readonly kind: 'none'; readonly reason: Reason }

/** Puts the owner's companies of this moment in the place of a choice. */
export async function findChosen(
  ports: ChoicePorts,
  { owner, pipeline }: { readonly owner: Owner; readonly pipeline: string },
  given: unknown,
): Promise<WholeInput> {
  if (pipeline !== CHOOSING) return { kind: 'given', input: given }
  const choice = ChosenCompanies.safeParse(given)
  if (!choice.success) return { kind: 'given', input: given }
  const { companies: chosen } = choice.data
  const label = chosen === 'all' ? undefined : chosen.label
  const companies = await listSlugs(ports, owner, label)
  if (companies.length > 0) return { kind: 'found', input: { companies } }
  const message =
    label === undefined ? 'There are no companies to read.' : `No company has the label ${label}.`
  return { kind: 'none', reason: { code: 'no_companies', message } }
}

async function listSlugs(
  ports: ChoicePorts,
  owner: Owner,
  text: string | undefined,
): Promise<string[]> {
  const label = text === undefined ? undefined : LabelFilter.parse(text)
  const slugs: string[] = []
  let cursor: string | null | undefined
  do {
    const query = { owner, label, cursor: cursor ?? undefined, limit: 1_000 }
    const listed = await callDatabase(() => ports.companies.list(query))
    if (listed.kind === 'bad_cursor')
      throw new Error('the list of companies refused its own cursor')
    slugs.push(...listed.page.companies.map(({ slug }) => slug))
    cursor = listed.page.next_cursor
  } while (cursor !== null && slugs.length <= MOST_COMPANIES)
  return slugs
}
