import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'

import { openGate } from '../../../src/gate.ts'
import { openAnswers } from '../../../src/storage/answers.ts'

const head = {
  version: 'a',
  url: 'https://acme.test/jobs',
  type: 'application/json',
  etag: '"1"',
  last_modified: null,
  at: 1_800_000_000_000,
}

async function textOf(stream: ReadableStream | undefined): Promise<string | undefined> {
  return stream && new Response(stream).text()
}

it.each([10, 3_000_000])('an answer of twice %i bytes is kept with its head', async (bytes) => {
  const answers = openAnswers(env.BLOBS, openGate)
  const key = `listing-${bytes}`
  expect(await answers.find(key)).toBeUndefined()
  const pieces = ['a', 'b'].map((sign) => sign.repeat(bytes))
  const writer = answers.keep(key, head)
  for (const piece of pieces) await writer.write(new TextEncoder().encode(piece))
  expect(await answers.find(key)).toBeUndefined()
  await writer.end()
  expect(await answers.find(key)).toEqual(head)
  expect(await textOf(await answers.open(key, head))).toBe(pieces.join(''))
  expect(await answers.open(key, { ...head, version: 'b' })).toBeUndefined()
  const stopped = answers.keep(key, { ...head, version: 'c' })
  await stopped.write(new Uint8Array(6_000_000))
  await stopped.abort()
  expect(await answers.find(key)).toEqual(head)
  await answers.remove(key)
  expect(await answers.find(key)).toBeUndefined()
})
