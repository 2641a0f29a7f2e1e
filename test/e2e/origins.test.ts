import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import { openBrowser, type TestBrowser } from '../support/browser.ts'
import { Front } from '../support/front.ts'
import { Library } from '../support/library.ts'
import { startStack, type Stack } from '../support/stack.ts'
import { sampleCompanies, User } from '../support/user.ts'

/** Every name below leads to this machine, like a name that an attacker has pointed here. */
const RESOLVE = '--host-resolver-rules=MAP *.example 127.0.0.1'

const PAGE = '<!doctype html><title>a page of somebody else</title>'

let stack: Stack
let chromium: TestBrowser
let front: Front
let me: User

/** The same page under another name. */
const named = (origin: string, name: string) => `http://${name}:${new URL(origin).port}`

beforeAll(async () => {
  front = await Front.start({ library: await Library.build(), page: PAGE })
  const [started, opened] = await Promise.all([
    startStack({ env: { CORS_ORIGINS: named(front.origin, 'app.example') } }),
    openBrowser([RESOLVE]),
  ])
  stack = started
  chromium = opened
  me = await User.of(stack, 'me')
})

afterEach(async () => {
  await Promise.all(chromium.browser.contexts().map((context) => context.close()))
})

afterAll(async () => {
  await chromium?.close()
  await stack?.close()
  await front?.close()
})

async function openAt(address: string): Promise<Page> {
  const page = await (await chromium.context()).newPage()
  await page.goto(address)
  return page
}

/** Runs in a page: requests a development token, and returns the outcome. */
const ASK_TOKEN = `async (api) => {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"sub":"me"}' }
  const answer = await fetch(api + '/api/dev/token', init).catch((error) => error)
  return answer instanceof Response ? answer.status : answer.name
}`

/** Runs in a page: tries to read a run in each possible way, and returns what it could read. */
const TRY = `async ([api, run_id, token]) => {
  const run = api + '/api/runs/' + run_id
  const headers = { authorization: 'Bearer ' + token }
  const fetched = (path, init) =>
    fetch(run + path, init).then(({ status }) => status, ({ name }) => name)
  const opened = (source) =>
    new Promise((resolve) => {
      source.onopen = () => resolve('open')
      source.onerror = () => resolve('error')
    }).finally(() => source.close())
  return {
    state: await fetched('', { headers }),
    poll: await fetched('/events', { headers }),
    problem: await fetched('/jobs?limit=x', { headers }),
    stream: await opened(new EventSource(run + '/stream?token=' + token)),
    socket: await opened(new WebSocket(run.replace('http', 'ws') + '/socket?token=' + token)),
  }
}`

const ALL = { state: 200, poll: 200, problem: 422, stream: 'open', socket: 'open' }
const NOTHING = {
  state: 'TypeError',
  poll: 'TypeError',
  problem: 'TypeError',
  stream: 'error',
  socket: 'error',
}

async function tryAt(page: Page, api = stack.origin): Promise<unknown> {
  const run_id = await me.start((await sampleCompanies(stack)).slice(0, 1))
  return page.evaluate(`(${TRY})(${JSON.stringify([api, run_id, me.token])})`)
}

const askToken = (page: Page, api = stack.origin) =>
  page.evaluate(`(${ASK_TOKEN})(${JSON.stringify(api)})`)

describe('a page of another origin', () => {
  test('on this machine reads what its token allows, and is given a token', async () => {
    for (const name of ['127.0.0.1', 'localhost']) {
      const page = await openAt(named(front.origin, name))
      expect(await askToken(page)).toBe(200)
      expect(await tryAt(page)).toEqual(ALL)
    }
  })

  test('that was configured reads what its token allows, but is given no token', async () => {
    const page = await openAt(named(front.origin, 'app.example'))
    expect(await askToken(page)).toBe(403)
    expect(await tryAt(page)).toEqual(ALL)
  })

  test('that was not configured reads nothing, even with a token', async () => {
    const page = await openAt(named(front.origin, 'evil.example'))
    expect(await askToken(page)).toBe('TypeError')
    expect(await tryAt(page)).toEqual(NOTHING)
  })

  test('whose name leads to the API itself is given no token', async () => {
    const api = named(stack.origin, 'evil.example')
    expect(await askToken(await openAt(`${api}/nowhere`), api)).toBe(403)
  })

  test('without an origin, in a sandboxed frame, reads nothing', async () => {
    const page = await openAt(front.origin)
    await page.setContent('<iframe sandbox="allow-scripts" srcdoc="<p>closed off"></iframe>')
    const frame = page.frames()[1]
    if (frame === undefined) throw new Error('the page shows no frame')
    const run_id = await me.start((await sampleCompanies(stack)).slice(0, 1))
    const given = JSON.stringify([stack.origin, run_id, me.token])
    expect(await frame.evaluate('self.origin')).toBe('null')
    expect(await frame.evaluate(`(${TRY})(${given})`)).toEqual(NOTHING)
    expect(await frame.evaluate(`(${ASK_TOKEN})(${JSON.stringify(stack.origin)})`)).toBe(
      'TypeError',
    )
  })
})

test('a page of another origin cannot show the page in a frame', async () => {
  const page = await openAt(front.origin)
  await page.setContent(`<iframe src="${stack.origin}/"></iframe>`)
  const frame = page.frames()[1]
  await frame?.waitForLoadState()
  expect(frame?.url()).toBe('chrome-error://chromewebdata/')
})
