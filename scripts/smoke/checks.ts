import { randomBytes } from 'node:crypto'

import { z } from 'zod'

import { SearchPage, Uploaded } from '../../src/protocol/document.ts'
import { PostingPage } from '../../src/protocol/posting.ts'
import { RunStarted, type RunView } from '../../src/protocol/run.ts'
import type { Deployment } from './deployment.ts'

/** One thing that a deployment must do. `look` tells where to look for the cause of a failure. */
export type Check = {
  readonly name: string
  readonly look: string
  /** Throws an error if the check fails. Returns a line to print, if there is one. */
  run(deployment: Deployment): Promise<string | undefined>
}

/** The command that prints the Worker's log. */
const TAIL = 'npx wrangler tail --env production'

/** The names of the matter and the company that the smoke test makes. */
const MATTER = 'Smoke test'
const SLUG = 'smoke-test'

const ready: Check = {
  name: 'the API and the page answer',
  look: `workers_dev or routes of [env.production]; whether the page was built, as npm run deploy does.
  After a 500 a variable is wrong, and this prints which: ${TAIL}`,
  async run(deployment) {
    await deployment.call(z.unknown(), '/api/health', { token: null })
    const page = await deployment.fetch('/', { token: null })
    const type = page.headers.get('content-type') ?? ''
    if (!page.ok || !type.startsWith('text/html')) throw new Error(`/ answered ${page.status}`)
    return undefined
  },
}

const closed: Check = {
  name: 'a request without a token is refused',
  look: 'RUNCAST_ENV must be "production".',
  async run(deployment) {
    const { status } = await deployment.fetch('/api/runs', { token: null })
    if (status !== 401) throw new Error(`/api/runs answered ${status}`)
    const dev = await deployment.fetch('/api/dev/token', { token: null, method: 'POST', body: {} })
    if (!dev.ok) return undefined
    if (!deployment.isLocal) throw new Error('/api/dev/token gives a token to everyone')
    return '/api/dev/token gives a token to everyone, which is right only on this machine'
  },
}

const admitted: Check = {
  name: 'the token is accepted and Postgres can be read',
  look: '401: AUTH_ISSUER, AUTH_AUDIENCE, AUTH_JWKS_URL and the token. 503: DATABASE_URL, the migrations.',
  async run(deployment) {
    await deployment.call(z.unknown(), '/api/runs?limit=1')
    return undefined
  },
}

/** Uses R2, Postgres, the run's object, the queues, the model and the stream, but no other site. */
const document: Check = {
  name: 'a document is uploaded, indexed, found and deleted',
  look: `The queues and their consumers, the bucket runcast-files, the binding AI; ${TAIL}`,
  async run(deployment) {
    const word = `quince${randomBytes(6).toString('hex')}`
    const body = new FormData()
    body.set('matter', MATTER)
    const text = `The smoke test has written this down. Its word is ${word}.`
    body.set('file', new File([text], 'smoke-test.txt', { type: 'text/plain' }))
    const uploaded = await deployment.call(Uploaded, '/api/documents', { method: 'POST', body })
    const [{ document_id } = { document_id: '' }] = uploaded.documents
    return removing(deployment, `/api/documents/${document_id}`, async () => {
      const said = saidOf(await deployment.watch(uploaded.run_id))
      const query = new URLSearchParams({ q: word, matter: MATTER })
      const { hits } = await deployment.call(SearchPage, `/api/search?${query}`)
      if (!hits.some((hit) => hit.document_id === document_id))
        throw new Error('the search does not find it')
      return said
    })
  },
}

/** Ingests one company, which also uses the network. */
export function ingestion(source: unknown): Check {
  return {
    name: 'a company is ingested, its postings are listed, and it is deleted',
    look: 'The source itself; the queue runcast-ingestion; the bucket runcast-blobs.',
    async run(deployment) {
      const companies = [{ slug: SLUG, name: 'Smoke test', source }]
      const start = { pipeline: 'ingestion', input: { companies } }
      const call = { method: 'POST', body: start }
      const { run_id } = await deployment.call(RunStarted, '/api/runs', call)
      return removing(deployment, `/api/companies/${SLUG}`, async () => {
        const said = saidOf(await deployment.watch(run_id))
        const path = `/api/postings?company=${SLUG}&limit=1`
        const { postings } = await deployment.call(PostingPage, path)
        if (postings.length === 0) throw new Error('the company has no postings')
        return said
      })
    },
  }
}

/** Deletes what a check has made, even after a failure. */
async function removing<T>(deployment: Deployment, path: string, work: () => Promise<T>) {
  const removal = { method: 'DELETE' }
  try {
    const said = await work()
    await deployment.call(z.unknown(), path, removal)
    return said
  } catch (error) {
    await deployment.fetch(path, removal)
    throw error
  }
}

/** Describes the run. Throws an error if the run failed, or if no job is ready. */
function saidOf({ run_id, status, snapshot, groups }: RunView): string {
  const { total = 0, ready: done = 0, groups_failed = 0 } = snapshot ?? {}
  const reasons = Object.values(groups).flatMap(({ reason }) => reason?.message ?? [])
  const said = [`run ${run_id} is ${status}, ${done} of ${total} jobs are ready`, ...reasons]
  if (status !== 'finished' || done === 0 || groups_failed > 0) throw new Error(said.join('; '))
  return said.join('; ')
}

/** The checks in order. Each check needs the parts that the earlier ones use. */
export const checks: readonly Check[] = [ready, closed, admitted, document]
