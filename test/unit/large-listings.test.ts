import { describe, expect, test } from 'vitest'

import { plan } from '../../src/pipelines/ingestion/plan.ts'
import { readListingOf } from '../../src/pipelines/ingestion/sources/listing-of.ts'
import { PlanFailure } from '../../src/pipelines/pipeline.ts'
import { generated, googleFeed, greenhouseBoard } from '../support/generated-listing.ts'
import { planning, planTask } from '../support/planning.ts'

const MB = 1024 * 1024
const running = new AbortController().signal

function company(type: string) {
  return { slug: 'acme', name: 'Acme', source: { type, board: 'all' } }
}

describe('a large listing', () => {
  test.each([
    ['greenhouse', greenhouseBoard(1_500, 20_000), { claimed: 1_500, proof: 'claim' }],
    ['google', googleFeed(20_000), { claimed: null, proof: 'one_answer' }],
  ])('of %s is planned while it is read, in slices', async (type, listing, proven) => {
    const count = 1_500
    const { fetch, told } = generated(count, listing)
    const world = planning(fetch)
    const kept = { puts: 0, most: 0 }
    const put: typeof world.ports.blobs.put = async (_, page) => {
      kept.puts += 1
      kept.most = Math.max(kept.most, JSON.stringify(page).length)
    }
    const ports = { ...world.ports, blobs: { ...world.ports.blobs, put } }
    let planned = 0
    let ahead = 0
    for await (const batch of plan(planTask(company(type)), ports)) {
      ahead = Math.max(ahead, told.made - planned * 20_000)
      planned += batch.length
    }
    expect([planned, told.made > 28 * MB]).toEqual([count, true])
    // A slice has 4 MB. One may be read, one wait, and one be worked on.
    expect(ahead).toBeLessThan(14 * MB)
    expect(kept.most).toBeLessThan(5 * MB)
    expect(world.certificates).toMatchObject([{ ...proven, fetched: count, unique: count }])
  })

  test('that is read to be held has all its postings', async () => {
    const { fetch } = generated(300, greenhouseBoard(300, 20_000))
    const { postings, incomplete } = await readListingOf(company('greenhouse').source, {
      fetch,
      signal: running,
    })
    expect([postings.length, incomplete]).toEqual([300, null])
  })

  const board = greenhouseBoard(30, 200)
  const feed = googleFeed(200)
  const deep = `,${'['.repeat(40)}${']'.repeat(40)}`
  const endless = { start: '{"jobs":["', item: () => 'a'.repeat(400_000), end: '"]}' }
  const wall = { start: '<html><i id=px-captcha>', item: () => '', end: '' }
  const [cut, other] = ['listing_unreadable', 'listing_unreadable']
  test.each([
    ['cut off', 'greenhouse', { ...board, end: '' }, cut, true],
    ['damaged', 'greenhouse', { ...board, end: ',}' }, cut, true],
    ['nested too deeply', 'greenhouse', { ...board, end: `${deep}]}` }, other, false],
    ['of one endless item', 'greenhouse', endless, other, false],
    ['without jobs', 'greenhouse', { ...board, start: '{"error":[', end: ']}' }, other, false],
    ['of XML that is cut off', 'google', { ...feed, end: '' }, cut, true],
    ['of XML of another root', 'google', { ...feed, start: '<html>' }, other, false],
    ['of XML that is nested', 'google', { ...feed, end: '<a>'.repeat(80) }, other, false],
    ['that is a bot wall', 'greenhouse', wall, 'bot_wall', false],
  ])('%s fails its plan', async (...[, type, listing, code, retryable]) => {
    const world = planning(generated(30, listing).fetch)
    expect(await failureOf(world, type)).toMatchObject({ code, retryable })
    expect(world.ended).toMatchObject([{ listing: 'incomplete' }])
  })

  test('that another address answers is not read, and plans nothing', async () => {
    const { fetch, told } = generated(3_000, board, 'https://boards-api.greenhouse.io/other')
    const world = planning(fetch)
    expect(await failureOf(world, 'greenhouse')).toMatchObject({ code: 'board_moved' })
    expect([told.made < 1_000, world.marked]).toEqual([true, []])
  })
})

function entry(index: number): string {
  return `<url><loc>https://acme.test/jobs/${index}</loc><!--${'x'.repeat(20_000)}--></url>`
}

describe('a large sitemap', () => {
  const url = 'https://acme.test/sitemap.xml'
  const source = { type: 'site', url }
  const urlset = { start: '<urlset>', item: entry, end: '</urlset>' }
  const read = (count: number, listing: typeof urlset) =>
    readListingOf(source, { fetch: generated(count, listing).fetch, signal: running })

  test('is read as it comes', async () => {
    const { postings, incomplete } = await read(700, urlset)
    expect([postings.length, incomplete]).toEqual([700, null])
  })

  test.each([
    ['of more than 50 MB', 2_800, urlset, 'listing_too_large'],
    ['that is a page', 700, { ...urlset, start: '<html>' }, 'listing_too_large'],
    ['that is cut off', 700, { ...urlset, end: '<url>' }, 'listing_unreadable'],
  ])('%s fails', async (...[, count, listing, code]) => {
    const failure = { failure: expect.objectContaining({ code }) }
    await expect(read(count, listing)).rejects.toMatchObject(failure)
  })
})

async function failureOf({ ports }: ReturnType<typeof planning>, type: string) {
  try {
    for await (const _ of plan(planTask(company(type)), ports));
  } catch (error) {
    if (error instanceof PlanFailure) return error.failure
    throw error
  }
  return undefined
}
