import { text } from 'node:stream/consumers'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { startStack, type Stack, spawnScript } from '../support/stack.ts'

let stack: Stack

beforeAll(async () => {
  stack = await startStack()
})

afterAll(() => stack?.close())

/** Runs `npm run smoke` until it ends. */
async function smoke(args: readonly string[], token: string) {
  const child = spawnScript(['smoke', '--', ...args], { RUNCAST_TOKEN: token })
  if (!child.stdout || !child.stderr) throw new Error('the command has no output')
  const said = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: child.exitCode ?? (await new Promise((end) => child.once('exit', end))), said }
}

/** Reads an owner's documents and companies. */
async function leftOf(token: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}` }
  const ask = async (path: string) => (await fetch(`${stack.origin}${path}`, { headers })).json()
  return Promise.all(['/api/documents', '/api/companies'].map(ask))
}

test('the smoke test passes with a whole Runcast, and leaves nothing behind', async () => {
  const token = await stack.token('operator')
  const source = { type: 'greenhouse', board: 'company-1', base_url: stack.sites }
  const { code, said } = await smoke([stack.origin, '--source', JSON.stringify(source)], token)
  const [out, err] = said
  expect(err).toBe('')
  expect(out.match(/^✓/gm)).toHaveLength(5)
  expect(out).toMatch(/run \w{32} is finished, 1 of 1 jobs are ready/)
  expect(code).toBe(0)
  expect(await leftOf(token)).toMatchObject([{ documents: [] }, { companies: [] }])
})

test('the smoke test prints the first failure and where to look for its cause', async () => {
  const refused = await smoke([stack.origin], 'nobody’s token')
  expect(refused).toMatchObject({ code: 1, said: [expect.stringContaining('AUTH_ISSUER'), ''] })
  const unread = await smoke(
    [stack.origin, '--source', '{"type":"greenhouse","board":"none","base_url":"http://10.0.0.1"}'],
    await stack.token('operator'),
  )
  expect(unread).toMatchObject({
    code: 1,
    said: [expect.stringMatching(/✗ a company.*\n.*is error/), ''],
  })
  const nowhere = await smoke(['http://127.0.0.1:9'], 'a token')
  expect(nowhere).toMatchObject({ code: 1, said: [expect.stringContaining('workers_dev'), ''] })
})

test.each([[[]], [['runcast.example.com']], [['https://a.example', '--source', '{']]])(
  'the smoke test prints its usage for the arguments %j',
  async (args) => {
    const { code, said } = await smoke(args, 'a token')
    expect({ code, out: said[0] }).toEqual({ code: 2, out: '' })
    expect(said[1]).toContain('npm run smoke -- <origin>')
  },
)
