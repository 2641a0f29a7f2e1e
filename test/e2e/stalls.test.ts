import { afterAll, beforeAll, expect, test } from 'vitest'

import { Problem } from '../../src/protocol/problems.ts'
import { type HostileRequest, hostileRequests } from '../support/hostile-bodies.ts'
import { startStack, type Stack } from '../support/stack.ts'

let stack: Stack
let authorization: string

beforeAll(async () => {
  stack = await startStack()
  authorization = `Bearer ${await stack.token('attacker')}`
  for (let turns = 0; turns < 20; turns += 1) await companion()
})

afterAll(() => stack?.close())

/**
 * The delay beyond twice its time alone that another request may have. On a busy machine single answers
 * come 200 ms late. The faults that this test found delayed others by 2 to 75 s.
 */
const FLOOR_MS = 250

/** The number of times that each kind is sent. The medians count. */
const ROUNDS = 3

/** The least number of other requests, also if the hostile one is answered at once. */
const LEAST = 3

/** Measures the request of another user. It uses the Worker and Postgres. */
async function companion(): Promise<number> {
  const began = performance.now()
  const answer = await fetch(`${stack.origin}/api/companies?limit=1`, {
    headers: { authorization },
  })
  await answer.text()
  expect(answer.status).toBe(200)
  return performance.now() - began
}

/**
 * Makes at least so many requests of another user, one after the other, until `over` says so. Returns the
 * longest time.
 */
async function longestWait(least: number, over = () => true) {
  let longest = 0
  let count = 0
  while (count < least || !over()) {
    longest = Math.max(longest, await companion())
    count += 1
  }
  return { longest, count }
}

async function send({ path, undeclared, headers, body, ...init }: HostileRequest) {
  const sent = undeclared && body ? new Blob([body.slice()]).stream() : body?.slice()
  const answer = await fetch(stack.origin + path, {
    method: init.method ?? 'GET',
    headers: { authorization, ...headers },
    ...(sent === undefined ? {} : { body: sent, duplex: 'half' }),
  })
  const json: unknown = await answer.json()
  return answer.ok ? answer.status : Problem.parse(json).status
}

/** Measures with and without the hostile request in turn, so that other work of the machine affects both. */
async function measure(request: HostileRequest) {
  const beside: number[] = []
  const alone: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    let answered = false
    const sending = send(request).finally(() => (answered = true))
    const { longest, count } = await longestWait(LEAST, () => answered)
    beside.push(longest)
    expect(await sending).toBe(request.status)
    alone.push((await longestWait(count)).longest)
  }
  return { beside: median(beside), alone: median(alone) }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

test.each(hostileRequests)('nobody else waits for a request of $kind', async (request) => {
  const { beside, alone } = await measure(request)
  expect(beside).toBeLessThan(2 * alone + FLOOR_MS)
})
