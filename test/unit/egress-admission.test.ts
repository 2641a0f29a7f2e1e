import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { openAdmission, type Admission } from '../../src/egress/guarded-fetch.ts'
import { GuardedHosts, type Limits } from '../support/guarded-hosts.ts'

let hosts: GuardedHosts

beforeAll(async () => {
  hosts = await GuardedHosts.start()
})

afterAll(() => hosts?.close())

const api = { kind: 'api' } as const
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

function wordOf(answer: Parameters<Admission['answered']>[0]): string {
  return typeof answer === 'object' ? String(answer?.status ?? 'none') : answer
}

/** Fetches a path, and returns all calls of the admission in order. */
async function told(path: string, limits: Partial<Limits> = {}): Promise<string[]> {
  const words: string[] = []
  const admission = (): Admission => ({
    enter: async (url) => void words.push(url.pathname),
    answered: (answer) => void words.push(wordOf(answer)),
    leave: async () => void words.push('left'),
  })
  await hosts
    .guard({ ...limits, admission })(`${hosts.one}${path}`, api)
    .catch(() => undefined)
  return words
}

describe('the admission of a fetch', () => {
  test('gets each hop, and the end', async () => {
    expect(await told('/to?/a')).toEqual(['/to', '302', '/a', '200', 'left'])
  })

  test('gets no status if the answer was incomplete', async () => {
    expect(await told('/cut')).toEqual(['/cut', 'none', 'left'])
    expect(await told('/reset')).toEqual(['/reset', 'none', 'left'])
    expect(await told('/drip', { total_ms: 60 })).toEqual(['/drip', 'none', 'left'])
  })

  test('gets the status of an answer that is too large, because the host did answer', async () => {
    expect(await told('/bomb')).toEqual(['/bomb', '200', 'left'])
  })

  test('does not count as time of the fetch', async () => {
    const enter = async () => void (await hosts.guard()(`${hosts.one}/slow?2`, api))
    const admission = () => ({ ...openAdmission, enter })
    const fetched = await hosts.guard({ total_ms: 250, admission })(`${hosts.one}/a`, api)
    expect(text(fetched.body)).toBe('this is /a')
  })

  test('is left once when a redirect is refused', async () => {
    expect(await told('/to?http://10.0.0.1/')).toEqual(['/to', '302', 'left'])
  })

  test('may refuse, and its error is thrown', async () => {
    const refusal = new Error('not now')
    const admission = () => ({ ...openAdmission, enter: () => Promise.reject(refusal) })
    await expect(hosts.guard({ admission })(hosts.one, api)).rejects.toBe(refusal)
  })
})
