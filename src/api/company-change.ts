import type { Context } from 'hono'
import { z } from 'zod'

import { Company, type CompanyView, Slug } from '../protocol/company.ts'
import { readJson } from './body.ts'
import { callDatabase } from './database-call.ts'
import type { ApiEnv } from './env.ts'
import { parseInput } from './input.ts'
import type { CompanyChange, CompanyPorts } from './ports.ts'
import { invalidInput, notFound } from './problem.ts'
import { slugOf } from './slug.ts'

const { name, source } = Company.shape

/** A company keeps its slug: the body may repeat it, and no more. */
const Whole = z.strictObject({ slug: Slug.exactOptional(), name, source })
const Part = z
  .strictObject({
    slug: Slug.exactOptional(),
    name: name.exactOptional(),
    source: source.exactOptional(),
  })
  .refine((part) => 'name' in part || 'source' in part, 'give a name, a source, or both')

type Body = CompanyChange & { readonly slug?: Slug }

/** Changes the company of the path: all that can be changed, or what the body gives. */
export async function changeCompany(
  companies: CompanyPorts,
  c: Context<ApiEnv>,
  extent: 'whole' | 'part',
): Promise<CompanyView> {
  const slug = slugOf(c.req, 'slug')
  const json = await readJson(c.req.raw)
  const { slug: repeated = slug, ...change }: Body =
    extent === 'whole' ? parseInput(Whole, json) : parseInput(Part, json)
  if (repeated !== slug) throw invalidInput([{ path: 'slug', message: `is not ${slug}` }])
  const request = { ...change, owner: c.get('owner'), slug }
  const company = await callDatabase(() => companies.change(request))
  if (company === undefined) throw notFound()
  return company
}
