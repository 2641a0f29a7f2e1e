import { describe, expect, test } from 'vitest'

import { keepingFetch } from '../../src/egress/kept-answers.ts'
import type { AnswerStore, KeptHead } from '../../src/pipelines/answer-store.ts'
import { type FetchOptions, type FetchPort, StillFresh } from '../../src/pipelines/fetch.ts'
import { readListingOf } from '../../src/pipelines/ingestion/sources/listing-of.ts'
import { web } from '../support/web.ts'

const url =
  'https://boards-api.greenhouse.io/v1/boards/acme/jobs?content=true&pay_transparency=true'
const api = { kind: 'api', shared: true } as const
const BOARD = { type: 'greenhouse', board: 'acme' }

function memoryStore() {
  const kept = new Map<
    string,
    { readonly head: KeptHead; readonly body: Uint8Array<ArrayBuffer> }
  >()
  const store: AnswerStore = {
    find: async (key) => kept.get(key)?.head,
    open: async (key, { version }) => {
      const found = kept.get(key)
      return found?.head.version === version ? new Blob([found.body]).stream() : undefined
    },
    remove: async (key) => void kept.delete(key),
    keep: (key, head) => {
      const pieces: Uint8Array[] = []
      return {
        write: async (piece) => void pieces.push(piece),
        end: async () => void kept.set(key, { head, body: Uint8Array.from(Buffer.concat(pieces)) }),
        abort: async () => undefined,
      }
    },
  }
  return { kept, store }
}

/** A board that answers as conditional requests want. `state.etag` changes with its content. */
function board(state: { etag: string; body: string }) {
  const seen: FetchOptions[] = []
  const answers = web({
    [url]: (init) => {
      seen.push(init)
      const { etag, body } = state
      if (init.headers?.['if-none-match'] === etag) return { status: 304 }
      return { body, headers: { etag } }
    },
  })
  return { seen, fetch: answers.fetch }
}

const listing = (...titles: string[]) =>
  JSON.stringify({ jobs: titles.map((title, id) => ({ id, title, content: '<p>Bake.</p>' })) })
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

describe('an answer that may be shared', () => {
  test('is asked for conditionally, and given again if it has not changed', async () => {
    const state = { etag: '"1"', body: 'one' }
    const { seen, fetch } = board(state)
    const keeping = keepingFetch(fetch, memoryStore().store)
    const bodies: string[] = []
    for (const [etag, body] of [
      ['"1"', 'one'],
      ['"1"', 'one'],
      ['"2"', 'two'],
      ['"2"', 'two'],
    ]) {
      Object.assign(state, { etag, body })
      const answer = await keeping(url, api)
      bodies.push(`${answer.status} ${text(answer.body)}`)
    }
    expect(bodies).toEqual(['200 one', '200 one', '200 two', '200 two'])
    expect(seen.map(({ headers }) => headers?.['if-none-match'])).toEqual([
      undefined,
      '"1"',
      '"1"',
      '"2"',
    ])
  })

  test('is not fetched again while its host says that it is fresh', async () => {
    const { store } = memoryStore()
    const { seen, fetch } = board({ etag: '"1"', body: 'one' })
    await keepingFetch(fetch, store)(url, api)
    const fresh: FetchOptions[] = []
    const other = keepingFetch(async (_, init) => {
      fresh.push(init)
      throw new StillFresh('fresh')
    }, store)
    expect(text((await other(url, api)).body)).toBe('one')
    expect(fresh[0]?.share?.held).toBe(seen[0]?.share?.fresh)
    expect(fresh[0]?.share?.key).toBe(seen[0]?.share?.key)
  })

  test('of another address, or with other headers, is another answer', async () => {
    const { kept, store } = memoryStore()
    const { fetch } = web({ [url]: 'one', [`${url}&b`]: 'two' })
    const keeping = keepingFetch(fetch, store)
    await keeping(url, api)
    await keeping(`${url}&b`, api)
    await keeping(url, { ...api, headers: { accept: 'text/html' } })
    expect(kept.size).toBe(3)
  })

  test.each([
    ['that is not for everybody', { kind: 'api' }],
    ['to a POST', { ...api, body: '{}' }],
  ] as const)('%s is not kept', async (_, init) => {
    const { kept, store } = memoryStore()
    await keepingFetch(web({ [url]: 'one' }).fetch, store)(url, init)
    expect(kept.size).toBe(0)
  })

  test.each([404, 500])('with the status %i is not kept', async (status) => {
    const { kept, store } = memoryStore()
    const answer = await keepingFetch(web({ [url]: { status, body: 'no' } }).fetch, store)(url, api)
    expect([answer.status, text(answer.body), kept.size]).toEqual([status, 'no', 0])
  })

  test('that is a week old is fetched whole', async () => {
    const { kept, store } = memoryStore()
    const { seen, fetch } = board({ etag: '"1"', body: 'one' })
    const keeping = keepingFetch(fetch, store)
    await keeping(url, api)
    for (const [key, { head, body }] of kept) {
      kept.set(key, { head: { ...head, at: head.at - 8 * 86_400_000 }, body })
    }
    await keeping(url, api)
    expect(seen[1]?.headers).not.toHaveProperty('if-none-match')
  })
})

describe('a listing', () => {
  const signal = new AbortController().signal

  test('that has not changed is read from the kept answer, and one that has from the new one', async () => {
    const state = { etag: '"1"', body: listing('Baker') }
    const { fetch } = board(state)
    const keeping = keepingFetch(fetch, memoryStore().store)
    const titles = async () =>
      (await readListingOf(BOARD, { fetch: keeping, signal })).postings.map(({ title }) => title)
    expect(await titles()).toEqual(['Baker'])
    expect(await titles()).toEqual(['Baker'])
    Object.assign(state, { etag: '"2"', body: listing('Baker', 'Cook') })
    expect(await titles()).toEqual(['Baker', 'Cook'])
  })

  test('that shifted while it was read is fetched anew', async () => {
    const shared: boolean[] = []
    const source = { type: 'smartrecruiters', board: 'acme' }
    const fetch: FetchPort = async (address, init) => {
      shared.push(init.shared === true)
      const body = JSON.stringify({ totalFound: 2, content: [{ id: '1', name: 'Baker' }] })
      const last = JSON.stringify({ totalFound: 2, content: [] })
      const bytes = new TextEncoder().encode(address.includes('offset=0') ? body : last)
      return { status: 200, url: address, headers: new Headers(), body: bytes }
    }
    const { incomplete } = await readListingOf(source, { fetch, signal })
    expect(incomplete).not.toBeNull()
    expect(shared).toEqual([true, true, false, false])
  })

  test.each([
    ['cut off', listing('Baker').slice(0, -4)],
    ['incomplete', JSON.stringify({ jobs: [{ id: 1, title: 'Baker' }, {}] })],
  ])('that is %s is not kept', async (_, body) => {
    const { kept, store } = memoryStore()
    const { fetch } = board({ etag: '"1"', body })
    const keeping = keepingFetch(fetch, store)
    await readListingOf(BOARD, { fetch: keeping, signal }).catch(() => undefined)
    expect(kept.size).toBe(0)
  })
})
