import { describe, expect, it } from 'vitest'
import { z } from 'zod'

import type { ApiPorts } from '../../src/api/ports.ts'
import { DamagedRow } from '../../src/db/readable.ts'
import { documents } from '../../src/pipelines/documents/documents.ts'
import { Uploaded } from '../../src/protocol/document.ts'
import { Problem } from '../../src/protocol/problems.ts'
import { RunStarted } from '../../src/protocol/run.ts'
import { createTestApi, type TestApi } from '../support/api.ts'
import { MemoryDocuments } from '../support/memory-documents.ts'

const SECRET = 'Invalid input'

/** Throws the error of a row that no version of this code has written. */
function damage(): Promise<never> {
  const { error } = z.object({ name: z.string() }).safeParse({ name: 5 })
  if (error === undefined) throw new Error('a number is no name')
  return Promise.reject(new DamagedRow({ owner: 'alice', what: 'it', remedy: 'Mend it.' }, error))
}

async function problemOf(answer: Response) {
  const text = await answer.text()
  expect(text).not.toContain(SECRET)
  return Problem.parse(JSON.parse(text))
}

/** Returns the fields of a problem, and checks that the log has the rest, once. */
async function saidOf(api: TestApi, answer: Response) {
  const { type, status, detail, request_id } = await problemOf(answer)
  const told = api.lines.filter(({ level }) => level === 'error')
  const logged = told.map(({ fields }) => {
    return fields['request_id'] === request_id && JSON.stringify(fields).includes(SECRET)
  })
  return { type, status, detail, logged }
}

/** The problem names what is damaged, and says how to repair it. */
const REFUSED = {
  type: '/problems/damaged',
  status: 500,
  detail: 'Runcast cannot read its record of it. Mend it.',
  logged: [true],
}

function upload(api: TestApi, path: string) {
  const body = new FormData()
  body.append('matter', 'Uploads')
  for (const name of ['a.txt', 'b.txt']) body.append('files', new File([name], name))
  return api.call(path, { method: 'POST', body })
}

it('a damaged company is refused by its name, and can be deleted', async () => {
  const api = createTestApi(({ companies }) => ({
    companies: { ...companies, read: damage, has: () => Promise.resolve(true) },
  }))
  expect(await saidOf(api, await api.call('/api/companies/acme'))).toEqual(REFUSED)
  expect((await api.call('/api/companies/acme', { method: 'DELETE' })).status).toBe(202)
})

async function createDocumentApi() {
  const memory = new MemoryDocuments()
  const ports = { ...memory.ports(), remove: () => Promise.resolve([]) }
  const damaged = { ...ports, read: damage }
  const api = createTestApi(() => ({ pipelines: { documents }, documents: damaged }))
  const answer = await upload(api, '/api/documents')
  const [one] = Uploaded.parse(await answer.json()).documents
  return { api, path: `/api/documents/${one?.document_id}` }
}

describe('a damaged document', () => {
  it('is refused by its name when it is shown', async () => {
    const { api, path } = await createDocumentApi()
    expect(await saidOf(api, await api.call(path))).toEqual(REFUSED)
  })

  it('can be replaced by another file, read again, and deleted', async () => {
    const { api, path } = await createDocumentApi()
    const put = await api.call(`${path}/file`, { method: 'PUT', body: 'another' })
    expect(put.status).toBe(202)
    expect((await api.call(`${path}/retry`, { method: 'POST' })).status).toBe(202)
    expect((await api.call(path, { method: 'DELETE' })).status).toBe(200)
    expect(api.lines.filter(({ level }) => level === 'error')).toEqual([])
  })

  it("does not stop others in an upload by the earlier system's route", async () => {
    const { api } = await createDocumentApi()
    const answer = await upload(api, '/documents/upload')
    expect(answer.status).toBe(202)
    expect(await answer.json()).toMatchObject({
      documents: [{ processing_status: 'FAILED' }, { processing_status: 'FAILED' }],
    })
  })
})

const none = () => Promise.resolve(undefined)
const gone = () => Promise.resolve(new Response(null, { status: 410 }))
const buried = { view: none, jobs: none, job: none, logs: none, fetch: gone }

/** Makes every run an archived one with a damaged row. */
function archive({ run }: ApiPorts): Partial<ApiPorts> {
  return {
    run: (run_id) => ({ ...run(run_id), ...buried }),
    archivedRun: () => ({
      view: damage,
      inputs: damage,
      jobs: damage,
      job: damage,
      logs: damage,
      fetch: damage,
    }),
  }
}

it.each(['', '/stream', '/events', '/jobs', '/jobs/acme/1', '/logs'])(
  'a damaged archived run is refused by its name: %s',
  async (part) => {
    const api = createTestApi(archive)
    const started = await api.post('/api/runs', { pipeline: 'letters', input: { letters: ['a'] } })
    const { run_id } = RunStarted.parse(await started.json())
    expect(await saidOf(api, await api.call(`/api/runs/${run_id}${part}`))).toEqual(REFUSED)
  },
)
