import { afterAll, beforeAll, expect, test } from 'vitest'

import { ProcessTree } from '../../bench/process-tree.ts'
import { Problem } from '../../src/protocol/problems.ts'
import { type HostileRequest, hostileRequests } from '../support/hostile-bodies.ts'
import { asUsual } from '../support/processor-time.ts'
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
 * The processor time of the whole server that one request may take. Nobody waits for a request longer than the
 * server computes for it. The most that a kind takes is 200 ms; the faults that this test found took 2 to 75 s.
 */
const BUSY_MAX_MS = 500

/** The request of another user. It uses the Worker and Postgres. */
async function companion(): Promise<void> {
  const answer = await fetch(`${stack.origin}/api/companies?limit=1`, {
    headers: { authorization },
  })
  await answer.text()
  expect(answer.status).toBe(200)
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

/** Returns the processor time of the server, in ms, while it answers the request and another one beside it. */
async function busyMs(request: HostileRequest): Promise<number> {
  const server = new ProcessTree(stack.processes().map(({ pid }) => pid))
  const before_s = server.cpuSeconds()
  const [status] = await Promise.all([send(request), companion()])
  expect(status).toBe(request.status)
  return asUsual((server.cpuSeconds() - before_s) * 1_000)
}

// The time by the clock also depends on all other work of the machine, and the processor time hardly does.
test.each(hostileRequests)('nobody else waits for a request of $kind', async (request) => {
  expect(await busyMs(request)).toBeLessThan(BUSY_MAX_MS)
})
