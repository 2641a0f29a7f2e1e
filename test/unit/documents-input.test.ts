import { describe, expect, it } from 'vitest'

import { documents } from '../../src/pipelines/documents/documents.ts'
import { DocumentsInput } from '../../src/pipelines/documents/input.ts'
import type { JobSeed } from '../../src/pipelines/pipeline.ts'
import { GroupKey, Owner, RunId } from '../../src/protocol/ids.ts'
import type { Json } from '../../src/protocol/json.ts'

function matterOf(matter: string, count: number) {
  const named = Array.from({ length: count }, (_, n) => {
    return { document_id: n.toString(16).padStart(32, '0'), name: `${n}.txt` }
  })
  return { matter, documents: named }
}

const accepts = (input: unknown) => DocumentsInput.safeParse(input).success

/** Plans the jobs of a run's first group. */
async function planned(input: unknown): Promise<JobSeed[]> {
  const [group] = documents.groups(DocumentsInput.parse(input))
  return group === undefined ? [] : plan(group.input)
}

async function plan(input: Json): Promise<JobSeed[]> {
  const owner = Owner.parse('ada')
  const run = { owner, run_id: RunId.parse('0'.repeat(32)), group: GroupKey.parse('m'), attempt: 1 }
  const jobs: JobSeed[] = []
  for await (const batch of documents.plan({ ...run, input }, unused)) jobs.push(...batch)
  return jobs
}

const unused: Parameters<typeof documents.plan>[1] = {
  fetch: () => Promise.reject(new Error('a plan fetches nothing')),
  blobs: { put: () => Promise.resolve(), get: () => Promise.resolve(undefined) },
  log: () => {},
  gone: () => {},
  notice: () => {},
  title: () => {},
  signal: new AbortController().signal,
}

describe('the input of documents', () => {
  it('is a matter, or outdated documents of several matters, each matter once', () => {
    expect(accepts(matterOf('a', 2))).toBe(true)
    expect(accepts({ outdated: [matterOf('a', 2), matterOf('b', 1)] })).toBe(true)
    expect(accepts({ outdated: [matterOf('a', 2), matterOf('a', 1)] })).toBe(false)
    expect(accepts({ ...matterOf('a', 2), outdated: [] })).toBe(false)
    expect(accepts({ ...matterOf('a', 2), job: 'outdated' })).toBe(false)
  })

  it('has at most 10,000 documents in all', () => {
    expect(accepts({ outdated: [matterOf('a', 9_000), matterOf('b', 1_000)] })).toBe(true)
    expect(accepts({ outdated: [matterOf('a', 9_000), matterOf('b', 1_001)] })).toBe(false)
    expect(accepts(matterOf('a', 10_001))).toBe(false)
  })

  it('makes a job of each document, which says whether the document belongs to its run already', async () => {
    const brought = await planned(matterOf('a', 1_100))
    expect(brought).toHaveLength(1_100)
    expect(brought[1]).toMatchObject({ title: '1.txt', payload: null })
    const outdated = await planned({ outdated: [matterOf('a', 2)] })
    expect(outdated.map(({ payload }) => payload)).toEqual(['outdated', 'outdated'])
  })

  it('of an earlier version of a run is planned as before', async () => {
    expect(await plan(matterOf('a', 1))).toMatchObject([{ payload: null }])
  })
})
