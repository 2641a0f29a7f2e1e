import { Hono } from 'hono'
import { z } from 'zod'

import { Company } from '../protocol/company.ts'
import { readJson } from './body.ts'
import { changeCompany } from './company-change.ts'
import { callDatabase } from './database-call.ts'
import type { ApiEnv } from './env.ts'
import { limitSchema, parseInput, QueryText } from './input.ts'
import { readPage } from './listing.ts'
import type { ApiPorts } from './ports.ts'
import { previewCompanies } from './preview.ts'
import { notFound, ProblemError } from './problem.ts'
import { slugOf } from './slug.ts'

const CompaniesQuery = z.object({
  cursor: QueryText.exactOptional(),
  limit: limitSchema({ normal: 50, max: 200 }),
})

/** The caller's companies: where a run reads their postings. */
export function companyRoutes(ports: ApiPorts): Hono<ApiEnv> {
  const { companies } = ports
  const app = new Hono<ApiEnv>()

  app.get('/', async (c) => {
    const query = parseInput(CompaniesQuery, c.req.query())
    return c.json(await readPage(() => companies.list({ ...query, owner: c.get('owner') })))
  })

  app.post('/', async (c) => {
    const company = parseInput(Company, await readJson(c.req.raw))
    const answer = await callDatabase(() => companies.create({ owner: c.get('owner'), company }))
    if (answer.kind === 'exists') throw exists(company)
    return c.json(answer.company, 201, { location: `/api/companies/${company.slug}` })
  })

  app.post('/preview', async (c) => c.json(await previewCompanies(ports, c)))

  app.get('/:slug', async (c) => {
    const name = { owner: c.get('owner'), slug: slugOf(c.req, 'slug') }
    const company = await callDatabase(() => companies.read(name))
    if (company === undefined) throw notFound()
    return c.json(company)
  })

  app.put('/:slug', async (c) => c.json(await changeCompany(companies, c, 'whole')))
  app.patch('/:slug', async (c) => c.json(await changeCompany(companies, c, 'part')))

  app.delete('/:slug', async (c) => {
    const name = { owner: c.get('owner'), slug: slugOf(c.req, 'slug') }
    if (!(await callDatabase(() => companies.remove(name)))) throw notFound()
    return c.body(null, 204)
  })
  return app
}

function exists({ slug }: Company): ProblemError {
  return new ProblemError('exists', {
    detail: `There is a company ${slug} already; PUT changes it.`,
    errors: [{ path: 'slug', message: 'is taken' }],
  })
}
