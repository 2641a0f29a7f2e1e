import { z } from 'zod'

import { DamagedRow } from '../db/readable.ts'
import { describeError } from '../log.ts'
import { GivenCompany } from '../pipelines/ingestion/company.ts'
import { IngestionInput, slugOf } from '../pipelines/ingestion/input.ts'
import { type Company, CompanyPage, CompanyView, Slug } from '../protocol/company.ts'
import type { Owner } from '../protocol/ids.ts'
import { LabelChange, Labels, LABELS_MAX } from '../protocol/naming.ts'
import { type CompanyPreview, Preview } from '../protocol/preview.ts'
import { VisitPage } from '../protocol/visit.ts'
import { callDatabase, readPage, sideBySide } from './calls.ts'
import type { AddRoute } from './contract/add-route.ts'
import { type Contract, json, jsonBody, reply } from './contract/contract.ts'
import { CompanyPath, pageOf } from './contract/parameters.ts'
import { LabelFilter } from './label-filter.ts'
import type { ApiPorts, CompanyChange, CompanyName, CompanyPorts, PreviewRequest } from './ports.ts'
import { invalidInput, notFound, ProblemError } from './problem.ts'
import { takeQuota } from './quotas.ts'

/** The most companies of a preview. The caller waits while the API reads a whole listing for each. */
const PREVIEW_MAX = 20
const PREVIEWS_AT_ONCE = 4

const source = { type: 'greenhouse', board: 'acme' } as const
const labels = { team: 'growth' }
const acme = { slug: 'acme', name: 'Acme', source, labels } as const

const common = { tag: 'Companies', access: 'owner' } as const

const listed = {
  ...common,
  route: 'GET /api/companies',
  summary: 'Lists the companies of the caller.',
  query: z.object({
    label: LabelFilter.exactOptional().meta({
      description: 'A label that the company has, by its key or by `key:value`.',
      examples: ['team:growth'],
    }),
    ...pageOf({ normal: 50, max: 200 }),
  }),
  answers: { 200: json(CompanyPage, 'A page of companies, by slug.') },
} as const satisfies Contract

const created = {
  ...common,
  route: 'POST /api/companies',
  summary: 'Stores a company.',
  body: jsonBody(GivenCompany.extend({ labels: Labels.exactOptional() }), acme),
  answers: { 201: json(CompanyView, 'The company as it is stored.', 'Location') },
  problems: ['exists'],
} as const satisfies Contract

const previewed = {
  ...common,
  route: 'POST /api/companies/preview',
  summary: 'Previews what a run over these companies would find. Writes nothing.',
  description: 'An ingestion input of at most 20 companies.',
  body: jsonBody(
    IngestionInput.refine(({ companies }) => companies.length <= PREVIEW_MAX, {
      path: ['companies'],
      message: `a preview takes at most ${PREVIEW_MAX} companies`,
    }),
    { companies: ['acme'] },
  ),
  answers: { 200: json(Preview, 'What each company lists now, in the order of the input.') },
  problems: ['quota-exceeded'],
} as const satisfies Contract

const read = {
  ...common,
  route: 'GET /api/companies/:slug',
  summary: 'Reads a company.',
  params: CompanyPath,
  answers: { 200: json(CompanyView, 'The company.') },
  problems: ['damaged'],
} as const satisfies Contract

/** A change may repeat the company's slug, but cannot change it. */
const slug = Slug.exactOptional()
const { name, source: GivenSource } = GivenCompany.shape

const replaced = {
  ...common,
  route: 'PUT /api/companies/:slug',
  summary: 'Replaces the name and the source of a company, and its labels if there are some.',
  description: 'Absent `labels` stay as they are. `{}` removes them all.',
  params: CompanyPath,
  body: jsonBody(
    z.strictObject({ slug, name, source: GivenSource, labels: Labels.exactOptional() }),
    { name: 'Acme', source, labels },
  ),
  answers: { 200: json(CompanyView, 'The company as it is now.') },
} as const satisfies Contract

const changed = {
  ...common,
  route: 'PATCH /api/companies/:slug',
  summary: 'Changes the name, the source and the labels of a company.',
  description: 'A JSON merge patch: an absent member stays as it is, and null removes a label.',
  params: CompanyPath,
  body: jsonBody(
    z
      .strictObject({
        slug,
        name: name.exactOptional(),
        source: GivenSource.exactOptional(),
        labels: LabelChange.exactOptional(),
      })
      .refine(
        (change) => Object.keys(change).some((key) => key !== 'slug'),
        'give a name, a source or labels',
      ),
    { labels: { team: 'growth', region: null } },
  ),
  answers: { 200: json(CompanyView, 'The company as it is now.') },
  problems: ['damaged'],
} as const satisfies Contract

const visited = {
  ...common,
  route: 'GET /api/companies/:slug/visits',
  summary: 'Lists the readings of a company, the newest first.',
  description: 'Each says what its listing claimed and brought, and how its end was proven.',
  params: CompanyPath,
  query: z.object(pageOf({ normal: 20, max: 100 })),
  answers: { 200: json(VisitPage, 'A page of visits.') },
  problems: ['damaged'],
} as const satisfies Contract

/** Adds the routes of the caller's companies. */
export function companyRoutes(add: AddRoute, ports: ApiPorts): void {
  const { companies } = ports

  add(listed, async ({ owner, query }) =>
    reply(200, await readPage(() => companies.list({ ...query, owner }))),
  )

  add(created, async ({ owner, body: { labels: given, ...company } }) => {
    const answer = await callDatabase(() => companies.create({ owner, company, labels: given }))
    if (answer.kind === 'exists') throw exists(company)
    return reply(201, answer.company, { location: `/api/companies/${company.slug}` })
  })

  add(previewed, async ({ owner, body }, c) => {
    await takeQuota(ports, owner, { ask: { previews: body.companies.length } })
    const found = await previewCompanies(ports, { owner, ...body }, c.req.raw.signal)
    return reply(200, { companies: found })
  })

  add(read, async ({ owner, params }) => {
    const company = await callDatabase(() => companies.read({ owner, slug: params.slug }))
    if (company === undefined) throw notFound()
    return reply(200, company)
  })

  add(visited, async ({ owner, params, query }) => {
    const asked = { owner, slug: params.slug }
    const [page, company] = await Promise.all([
      readPage(() => companies.visits({ ...asked, ...query })),
      callDatabase(() => companies.read(asked)),
    ])
    if (company === undefined) throw notFound()
    return reply(200, page)
  })

  add(replaced, async ({ owner, params, body }) =>
    reply(200, await changeCompany(companies, { owner, slug: params.slug }, body)),
  )

  add(changed, async ({ owner, params, body: { labels: label_change, ...rest } }) => {
    const change = { ...rest, ...(label_change === undefined ? {} : { label_change }) }
    return reply(200, await changeCompany(companies, { owner, slug: params.slug }, change))
  })
}

/** Changes the fields of a company that the body has. */
async function changeCompany(
  companies: CompanyPorts,
  company: CompanyName,
  { slug: repeated = company.slug, ...change }: CompanyChange & { readonly slug?: Slug },
): Promise<CompanyView> {
  if (repeated !== company.slug)
    throw invalidInput([{ path: 'slug', message: `must be ${company.slug}, as in the path` }])
  const stored = await callDatabase(() => companies.change({ ...change, ...company }))
  if (stored === undefined) throw notFound()
  if (stored === 'too_many_labels')
    throw invalidInput([
      { path: 'labels', message: `a company has at most ${LABELS_MAX} labels: remove some` },
    ])
  return stored
}

type PreviewInput = IngestionInput & { readonly owner: Owner }

/** Previews a few companies at a time. Stops when the caller disconnects. */
async function previewCompanies(
  ports: ApiPorts,
  { owner, companies }: PreviewInput,
  left: AbortSignal,
): Promise<CompanyPreview[]> {
  const stop = new AbortController()
  const signal = AbortSignal.any([left, stop.signal])
  const preview = (company: PreviewInput['companies'][number]): Promise<CompanyPreview> =>
    previewReadable(ports, { owner, company, signal })
  try {
    return await callDatabase(() => sideBySide(companies, preview, PREVIEWS_AT_ONCE))
  } finally {
    stop.abort()
  }
}

/** A damaged company fails only its own preview: the previews of the others go on. */
async function previewReadable(
  { preview, log }: ApiPorts,
  request: PreviewRequest,
): Promise<CompanyPreview> {
  try {
    return await preview(request)
  } catch (error) {
    if (!(error instanceof DamagedRow)) throw error
    const { owner } = request
    const company = slugOf(request.company)
    log('error', 'a company cannot be previewed', { owner, company, error: describeError(error) })
    return { company, status: 'failed', reason: { code: 'damaged', message: error.message } }
  }
}

function exists({ slug: taken }: Company): ProblemError {
  return new ProblemError('exists', {
    detail: `The company ${taken} already exists. PUT changes it.`,
    errors: [{ path: 'slug', message: 'is taken' }],
  })
}
