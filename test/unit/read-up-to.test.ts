import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { readInPieces, readUpTo } from '../../src/read-up-to.ts'

const running = new AbortController().signal

/** A stream of these chunks. Counts the chunks that were read, and notes a cancel. */
function source(chunks: Iterable<Uint8Array>) {
  const told = { pulled: 0, cancelled: false }
  const left = chunks[Symbol.iterator]()
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const { done, value } = left.next()
        if (done) return controller.close()
        told.pulled += value.byteLength
        controller.enqueue(value)
      },
      cancel() {
        told.cancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  return { stream, told }
}

function* endless(chunk: Uint8Array) {
  for (;;) yield chunk
}

test('any chunks are read as their bytes up to the limit, and no further chunk is read', async () => {
  const chunk = fc
    .record({ length: fc.nat(300_000), first: fc.nat(255) })
    .map(({ length, first }) => Uint8Array.from({ length }, (_, i) => first + i))
  const limits = fc.integer({ min: 1, max: 400_000 })
  await fc.assert(
    fc.asyncProperty(fc.array(chunk, { maxLength: 6 }), limits, async (chunks, limit) => {
      const whole = Buffer.concat(chunks)
      const { stream, told } = source(chunks)
      const { bytes, over } = await readUpTo(stream, limit, running)
      expect(over).toBe(whole.byteLength > limit)
      expect(Buffer.compare(bytes, whole.subarray(0, limit))).toBe(0)
      expect(bytes.buffer.byteLength).toBe(bytes.byteLength)
      expect(told.cancelled).toBe(over)
    }),
    { numRuns: 30 },
  )
})

test('an endless body is read up to the chunk that passes the limit, and cancelled', async () => {
  const { stream, told } = source(endless(new Uint8Array(10_000)))
  const { bytes, over } = await readUpTo(stream, 95_000, running)
  expect([bytes.byteLength, over]).toEqual([95_000, true])
  expect(told).toEqual({ pulled: 100_000, cancelled: true })
})

/** One byte after the other, all in the same buffer. */
function* inOnePlace(count: number) {
  const place = new Uint8Array(1)
  for (let i = 0; i < count; i++) {
    place[0] = i
    yield place
  }
}

test('no chunk is kept: a million chunks of one byte would keep a million buffers', async () => {
  const { stream } = source(inOnePlace(100_000))
  const { bytes } = await readUpTo(stream, 100_000, running)
  expect(bytes.every((byte, i) => byte === i % 256)).toBe(true)
})

test('the signal ends a waiting read, and cancels the body', async () => {
  const reading = Promise.withResolvers<void>()
  const cancelled = Promise.withResolvers<unknown>()
  const stream = new ReadableStream<Uint8Array>(
    { pull: () => reading.resolve(), cancel: (why) => cancelled.resolve(why) },
    { highWaterMark: 0 },
  )
  const stop = new AbortController()
  const read = readUpTo(stream, 10, stop.signal)
  await reading.promise
  const reason = new Error('enough')
  stop.abort(reason)
  await expect(read).rejects.toBe(reason)
  expect(await cancelled.promise).toBe(reason)
})

test('an error of the body is thrown to its reader', async () => {
  const error = new Error('cut')
  const stream = new ReadableStream<Uint8Array>({ pull: () => Promise.reject(error) })
  await expect(readUpTo(stream, 10, running)).rejects.toBe(error)
})

test('a stream is handed on in its chunks, each after the one before was taken', async () => {
  const chunks = [1, 2, 3].map((byte) => new Uint8Array(1_000).fill(byte))
  const { stream, told } = source(chunks)
  const taken: number[] = []
  const take = async (piece: Uint8Array) => {
    expect(told.pulled).toBe((taken.length + 1) * 1_000)
    taken.push(piece[0] ?? 0)
    return true
  }
  expect(await readInPieces(stream, take, { limit: 3_000, signal: running })).toBe(false)
  expect([taken, told.cancelled]).toEqual([[1, 2, 3], false])
})

test.each([
  ['when its reader has enough', 5_000, async () => false, false],
  ['beyond the limit', 500, async () => true, true],
])('a stream is cancelled %s', async (...[, limit, take, over]) => {
  const { stream, told } = source(endless(new Uint8Array(1_000)))
  expect(await readInPieces(stream, take, { limit, signal: running })).toBe(over)
  expect(told).toEqual({ pulled: 1_000, cancelled: true })
})

const fails = () => Promise.reject(new Error('full'))

test('a stream is cancelled when its reader fails, and the reader’s error is thrown', async () => {
  const { stream, told } = source(endless(new Uint8Array(1_000)))
  const reading = readInPieces(stream, fails, { limit: 5_000, signal: running })
  await expect(reading).rejects.toThrow('full')
  expect(told.cancelled).toBe(true)
})
