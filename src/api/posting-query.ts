import { z } from 'zod'

import type { PostingQuery } from '../db/posting-list.ts'
import { Slug } from '../protocol/company.ts'
import { ExternalId, type Owner, RunId } from '../protocol/ids.ts'
import { EmploymentType, PostingView, Workplace } from '../protocol/posting.ts'
import { callDatabase } from './calls.ts'
import { pageOf, QueryText, seeing } from './contract/parameters.ts'
import type { ApiPorts } from './ports.ts'
import { invalidInput } from './problem.ts'
import { QueryTime } from './time-query.ts'

/** Several values in a query, with commas between them. A posting needs one of them. */
function someOf<T extends string>(value: z.ZodType<T, string>, example: string) {
  return z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(value).max(20))
    .exactOptional()
    .meta({ description: 'One value, or several with commas between them.', examples: [example] })
}

const Country = z
  .string()
  .regex(/^[A-Za-z]{2}$/, 'must be codes of ISO 3166-1, such as DE')
  .transform((code) => code.toUpperCase())
const LanguageCode = z
  .string()
  .regex(/^[A-Za-z]{2}$/, 'must be codes of ISO 639-1, such as de')
  .transform((code) => code.toLowerCase())

const FACETS = [
  'company',
  'status',
  'workplace',
  'country',
  'department',
  'employment_type',
  'language',
] as const

const FacetNames = z
  .string()
  .transform((text) => [...new Set(text.split(','))])
  .pipe(z.array(z.enum(FACETS)))
  .exactOptional()
  .meta({
    description: `Counts the values of these facets among all postings that match: ${FACETS.map((name) => `\`${name}\``).join(', ')}, with commas between them.`,
    examples: ['country,workplace'],
  })

export const PostingListQuery = z.object({
  company: Slug.exactOptional().meta({ examples: ['acme'] }),
  external_id: ExternalId.exactOptional().meta({
    description: 'The id of one posting. It may be one that a path cannot hold, such as `..`.',
    examples: ['101'],
  }),
  status: PostingView.shape.status.exactOptional(),
  workplace: someOf(Workplace, 'remote'),
  country: someOf(Country, 'DE'),
  department: QueryText.exactOptional().meta({ examples: ['Engineering'] }),
  employment_type: someOf(EmploymentType, 'full_time'),
  language: someOf(LanguageCode, 'de'),
  posted_since: QueryTime.exactOptional().meta({
    description:
      'A date, or a time. A posting whose source gives no date counts from when it was first seen.',
    examples: ['2026-10-01'],
  }),
  changed_since: z
    .union([RunId, QueryTime])
    .exactOptional()
    .meta({
      description:
        'A date, a time, or the id of a run: postings that are new, changed or expired since then, or since the run began.',
      examples: ['2026-10-01'],
    }),
  q: QueryText.exactOptional().meta({
    description:
      'Words that the title or the description has, each in any of its usual forms; or a part of the title.',
    examples: ['baker'],
  }),
  sort: z.enum(['newest', 'rank']).exactOptional().meta({
    description:
      '`newest` first, or by `rank`: first the postings whose title has the words of `q`. By rank if there is a `q`.',
  }),
  facets: FacetNames,
  format: z.enum(['json', 'csv', 'ndjson']).default('json').meta({
    description: '`csv` and `ndjson` stream all postings that match, from `cursor` on.',
  }),
  bom: z
    .string()
    .transform((text) => text === '1')
    .default(false)
    .meta({
      description: '`1`: begin a CSV with a byte order mark, by which Excel knows UTF-8.',
      examples: ['1'],
    }),
  ...pageOf({ normal: 50, max: 200 }),
  ...seeing,
})
type PostingListQuery = z.infer<typeof PostingListQuery>

/** Makes the query of the database. Throws a problem if the run that it names is not the owner's. */
export async function postingQuery(
  owner: Owner,
  { facets: _facets, format: _format, bom: _bom, changed_since, sort, ...query }: PostingListQuery,
  ports: Pick<ApiPorts, 'hasRun'>,
): Promise<PostingQuery> {
  const run = RunId.safeParse(changed_since)
  const isKnown =
    !run.success || (await callDatabase(() => ports.hasRun({ owner, run_id: run.data })))
  if (!isKnown) throw invalidInput([{ path: 'changed_since', message: 'names no run of yours' }])
  return {
    ...query,
    owner,
    sort: query.q === undefined ? 'newest' : (sort ?? 'rank'),
    changed_since: run.success
      ? { run_id: run.data }
      : changed_since === undefined
        ? undefined
        : { time: changed_since },
  }
}
