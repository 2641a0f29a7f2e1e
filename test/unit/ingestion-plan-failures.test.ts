import { afterEach, describe, expect, test } from 'vitest'

import { FetchFailure } from '../../src/pipelines/fetch.ts'
import { plan } from '../../src/pipelines/ingestion/plan.ts'
import { PlanFailure } from '../../src/pipelines/pipeline.ts'
import type { Failure } from '../../src/protocol/status.ts'
import { type Answer, startBoard } from '../support/board.ts'
import { boards } from '../support/listing.ts'
import { type Planning, planning, planTask } from '../support/planning.ts'

const local = boards()
afterEach(local.close)

type Type = 'greenhouse' | 'lever' | 'ashby'
const TYPES: readonly Type[] = ['greenhouse', 'lever', 'ashby']

/** A listing with one posting, in the form of each board. */
const LISTING: Record<Type, string> = {
  greenhouse: '{"jobs":[{"id":1,"title":"Baker","content":"a"}],"meta":{"total":1}}',
  lever: '[{"id":"1","text":"Baker","description":"a"}]',
  ashby: '{"apiVersion":"1","jobs":[{"id":"1","title":"Baker","descriptionHtml":"a"}]}',
}

function company(type: Type, origin: string) {
  return { slug: 'acme', name: 'Acme', source: { type, board: 'acme', base_url: origin } }
}

/** Runs a plan that must fail, and returns its failure. Its visit must have no effect. */
async function failureOf(type: Type, origin: string, world = planning()): Promise<Failure> {
  const error: unknown = await take(type, origin, world).catch((caught: unknown) => caught)
  expect(world.calls).toEqual(['end incomplete'])
  if (error instanceof PlanFailure) return error.failure
  throw error
}

async function take(type: Type, origin: string, world: Planning): Promise<number> {
  let jobs = 0
  for await (const batch of plan(planTask(company(type, origin)), world.ports)) jobs += batch.length
  return jobs
}

const PAGE = '<!DOCTYPE html><html><body><h1>Checking your browser</h1></body></html>'

describe.each(TYPES)('PLAN-3: a board of %s', (type) => {
  test.each([
    [404, 'board_not_found', false],
    [401, 'board_refused', false],
    [403, 'board_refused', false],
    [304, 'board_error', false],
    [400, 'board_error', false],
    [410, 'board_error', false],
    [408, 'board_error', true],
    [429, 'board_error', true],
    [500, 'board_error', true],
    [503, 'board_error', true],
  ] as const)('that answers %i fails its plan: %s', async (status, code, retryable) => {
    const { origin } = await local.start(() => ({ status }))
    const failure = await failureOf(type, origin)
    expect(failure).toMatchObject({ code, retryable })
    expect(failure.message).toContain('"acme"')
    expect(failure.message).toContain(String(status))
  })

  test('behind a wall fails its plan in words, and is not tried again', async () => {
    const wall = { status: 403, headers: { 'cf-mitigated': 'challenge' } }
    const { origin } = await local.start(() => wall)
    const failure = await failureOf(type, origin)
    expect(failure).toMatchObject({ code: 'bot_wall', retryable: false })
    expect(failure.message).toContain('does not want to be read by programs')
  })

  test.each([
    ['an error page', { body: PAGE }, /a page of HTML instead of a job list/, false],
    [
      'a bot wall',
      { headers: { 'content-type': 'text/html' }, body: `\n<html>wait…</html>` },
      /a page of HTML/,
      false,
    ],
    ['nothing', { body: '' }, /an empty body/, false],
    ['blanks', { body: ' \r\n' }, /an empty body/, false],
    ['no content', { status: 204 }, /an empty body/, false],
    ['words', { body: 'Service unavailable' }, /not JSON/, false],
    ['half of it', { body: LISTING[type].slice(0, 30) }, /cut off/, true],
    ['a list that does not end', { body: '[{"id":1' }, /cut off/, true],
    ['null', { body: 'null' }, /no list of/, false],
    ['a number', { body: '7' }, /no list of/, false],
    ['a word', { body: '"jobs"' }, /no list of/, false],
    ['another object', { body: '{"positions":[]}' }, /no list of/, false],
    ['a status', { body: '{"status":200,"ok":true}' }, /no list of/, false],
    ['jobs that are no list', { body: '{"jobs":{}}' }, /no list of/, false],
  ] as const)('that answers 200 with %s fails its plan', async (...row) => {
    const [, answer, message, retryable] = row
    const { origin } = await local.start((): Answer => answer)
    const failure = await failureOf(type, origin)
    expect(failure).toMatchObject({ code: 'listing_unreadable', retryable })
    expect(failure.message).toMatch(message)
    expect(failure.message).toMatch(/^The .*board "acme" .*\.$/)
  })

  test('whose entries have neither id nor title fails its plan', async () => {
    const body = type === 'lever' ? '[{},null]' : '{"jobs":[{},null]}'
    const { origin } = await local.start(body)
    expect(await failureOf(type, origin)).toMatchObject({
      code: 'listing_unreadable',
      message: 'The job list of the board "acme" has no job with an id and a title.',
    })
  })

  test.each(['/', '/careers', '/en/jobs'])('that leads to %s fails its plan', async (location) => {
    const { origin } = await local.start(({ pathname }) =>
      pathname === location ? { body: LISTING[type] } : { status: 302, headers: { location } },
    )
    const failure = await failureOf(type, origin)
    expect(failure).toMatchObject({ code: 'board_moved', retryable: false })
    expect(failure.message).toBe(
      `The board "acme" redirects to ${origin}${location} instead of a job list.`,
    )
  })

  test('that redirects to the same path on another host, in other letters, is read there', async () => {
    const there = await local.start(LISTING[type])
    const { origin } = await local.start(({ pathname, search }) => ({
      status: 301,
      headers: { location: `${there.origin}${pathname.toUpperCase()}/${search}` },
    }))
    expect(await take(type, origin, planning())).toBe(1)
  })

  test('that is missing fails its plan, which may be tried again', async () => {
    const gone = await startBoard('')
    await gone.close()
    const failure = await failureOf(type, gone.origin)
    expect(failure).toMatchObject({ code: 'unreachable', retryable: true })
    expect(failure.message).toBe(
      `The board "acme" could not be read: ${gone.origin} could not be reached.`,
    )
  })

  test.each(['egress_refused', 'too_large', 'fetch_timeout'] as const)(
    'that must not be fetched fails its plan with that reason: %s',
    async (code) => {
      const refused = new FetchFailure({ code, message: 'No.', retryable: false })
      const world = planning(async () => Promise.reject(refused))
      expect(await failureOf(type, 'http://127.0.0.1:1', world)).toEqual({
        code,
        message: 'The board "acme" could not be read: No.',
        retryable: false,
      })
    },
  )

  test('that a bug kept from being read does not blame the board', async () => {
    const world = planning(async () => Promise.reject(new TypeError('a bug')))
    await expect(take(type, 'http://127.0.0.1:1', world)).rejects.toThrow('a bug')
    expect(world.calls).toEqual(['end incomplete'])
  })

  test('with a byte order mark is read nevertheless', async () => {
    const { origin } = await local.start(`\uFEFF${LISTING[type]}`)
    expect(await take(type, origin, planning())).toBe(1)
  })
})

describe('PLAN-4: a listing that wrongly looks empty is never complete', () => {
  test.each(TYPES)('a bare list where %s has an object, or the reverse', async (type) => {
    const { origin } = await local.start(type === 'lever' ? '{"jobs":[]}' : '[]')
    expect(await failureOf(type, origin)).toMatchObject({ code: 'listing_unreadable' })
  })

  test.each(TYPES)('but an empty listing of %s does', async (type) => {
    const world = planning()
    const { origin } = await local.start(type === 'lever' ? '[]' : '{"jobs":[]}')
    expect(await take(type, origin, world)).toBe(0)
    expect(world.calls).toEqual(['end complete'])
  })

  test('a page of Lever’s that comes again', async () => {
    const world = planning()
    const page = Array.from({ length: 50 }, (_, id) => ({ id, text: 'a', description: 'b' }))
    const { origin } = await local.start(JSON.stringify(page))
    expect(await take('lever', origin, world)).toBe(50)
    expect(world.calls).toEqual(['mark 50', 'put', 'end incomplete'])
  })
})
