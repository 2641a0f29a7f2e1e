import { describe, expect, it } from 'vitest'

import { createTestApi } from '../support/api.ts'
import { noDocuments } from '../support/no-documents.ts'

const run_id = '4f0c6d1e2b3a49585f6e7d8c9b0a1f2e'

/** An API that keeps what its lists were told of the caller. */
function listening() {
  const told: unknown[] = []
  const api = createTestApi(({ listRuns, listPostings }) => ({
    listRuns: (query) => {
      told.push(query.seen)
      return listRuns(query)
    },
    listPostings: (query) => {
      told.push(query.seen)
      return listPostings(query)
    },
    documents: {
      ...noDocuments,
      search: (query) => {
        told.push(query.seen)
        return noDocuments.search(query)
      },
    },
  }))
  return { told, api }
}

const LISTS = ['/api/runs?limit=5', '/api/postings?limit=5', '/api/search?q=notice']

describe('DB-4: the parameter `seen` of a list', () => {
  it.for(LISTS)('tells the list what the caller has seen: %s', async (path) => {
    const { told, api } = listening()
    const seen = `${run_id}:k3f09x2a.14`
    expect((await api.call(`${path}&seen=${seen}`)).status).toBe(200)
    expect((await api.call(path)).status).toBe(200)
    expect(told).toEqual([{ run_id, seq: 14 }, undefined])
  })

  it.for([
    run_id,
    `${run_id}:14`,
    `${run_id}:e.`,
    `${run_id}:e.-1`,
    `${run_id}:e.1.2`,
    `${run_id.toUpperCase()}:e.1`,
    `${run_id}:e.1,${run_id}:e.2`,
    '',
  ])('is refused where it names no run and cursor: %s', async (seen) => {
    const { told, api } = listening()
    for (const path of LISTS) {
      const answer = await api.call(`${path}&seen=${encodeURIComponent(seen)}`)
      expect(answer.status).toBe(422)
    }
    expect(told).toEqual([])
  })
})
