import type { Context } from 'hono'

import { IngestionInput } from '../pipelines/ingestion/input.ts'
import type { CompanyPreview, Preview } from '../protocol/preview.ts'
import { readJson } from './body.ts'
import { callDatabase } from './database-call.ts'
import type { ApiEnv } from './env.ts'
import { parseInput } from './input.ts'
import type { ApiPorts } from './ports.ts'
import { sideBySide } from './side-by-side.ts'

/** Each reads a whole listing while the caller waits. */
const MAX_COMPANIES = 20
const AT_ONCE = 4

const PreviewInput = IngestionInput.refine(({ companies }) => companies.length <= MAX_COMPANIES, {
  path: ['companies'],
  message: `a preview takes at most ${MAX_COMPANIES} companies`,
})

/** The dry run: what a run of this input would find. It stops when the caller leaves. */
export async function previewCompanies(ports: ApiPorts, c: Context<ApiEnv>): Promise<Preview> {
  const { companies } = parseInput(PreviewInput, await readJson(c.req.raw))
  const owner = c.get('owner')
  const stop = new AbortController()
  const signal = AbortSignal.any([c.req.raw.signal, stop.signal])
  const preview = (company: (typeof companies)[number]): Promise<CompanyPreview> =>
    ports.preview({ owner, company, signal })
  try {
    return { companies: await callDatabase(() => sideBySide(companies, preview, AT_ONCE)) }
  } finally {
    stop.abort()
  }
}
