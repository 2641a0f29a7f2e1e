import type { Env } from '../../../src/env.ts'
import type { Billed } from '../billed.ts'

/** Cursors whose rows are not yet counted. A cursor knows its rows only when all of them were read. */
const cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = []
const OPEN_CURSORS = 1_000

/** All objects and the Worker share one isolate locally, so one meter has everything. */
export const billed: Billed = {
  worker_requests: 0,
  object_requests: 0,
  rows_read: 0,
  rows_written: 0,
  queue_operations: 0,
  bucket_writes: 0,
  bucket_reads: 0,
}

const metered = new WeakSet()

/** Counts the rows of this object's storage from now on. */
export function meterStorage(storage: DurableObjectStorage): void {
  if (metered.has(storage)) return
  metered.add(storage)
  const { sql } = storage
  const exec = sql.exec.bind(sql)
  const counted = (query: string, ...bindings: SqlStorageValue[]) => {
    const cursor = exec(query, ...bindings)
    cursors.push(cursor)
    if (cursors.length > OPEN_CURSORS) readCursors(OPEN_CURSORS / 2)
    return cursor
  }
  Object.defineProperty(sql, 'exec', { value: counted })
  const setAlarm = storage.setAlarm.bind(storage)
  const alarm = (...args: Parameters<DurableObjectStorage['setAlarm']>) => {
    billed.rows_written++
    return setAlarm(...args)
  }
  Object.defineProperty(storage, 'setAlarm', { value: alarm })
}

/** Returns the counts so far. Counts the rows of open cursors first. */
export function readBilled(): Billed {
  readCursors(cursors.length)
  return billed
}

/** Adds up the rows of the oldest cursors, which the objects have read to their end. */
function readCursors(count: number): void {
  for (const { rowsRead, rowsWritten } of cursors.splice(0, count)) {
    billed.rows_read += rowsRead
    billed.rows_written += rowsWritten
  }
}

type Count = (method: string, args: readonly unknown[]) => void

/** The same binding, which tells `count` the name and the arguments of each call. */
function watched<Binding extends object>(binding: Binding, count: Count): Binding {
  return new Proxy(binding, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function' || typeof name !== 'string') return value
      return (...args: unknown[]): unknown => {
        count(name, args)
        return Reflect.apply(value, target, args)
      }
    },
  })
}

function countQueue(method: string, [sent]: readonly unknown[]): void {
  if (method === 'send') billed.queue_operations++
  if (method === 'sendBatch') billed.queue_operations += Array.isArray(sent) ? sent.length : 0
}

const WRITES = new Set(['put', 'list', 'createMultipartUpload'])
const READS = new Set(['get', 'head'])

function countBucket(method: string): void {
  if (WRITES.has(method)) billed.bucket_writes++
  if (READS.has(method)) billed.bucket_reads++
}

const environments = new WeakMap<Env, Env>()

/** The Worker's bindings, whose queues and buckets are counted. The same bindings give the same object. */
export function meterBindings(env: Env): Env {
  const known = environments.get(env)
  if (known !== undefined) return known
  const bound = Object.entries(env).map(([name, value]) => [name, meterBinding(value)])
  const made = Object.assign({ ...env }, Object.fromEntries(bound))
  environments.set(env, made)
  return made
}

function meterBinding(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if ('sendBatch' in value) return watched(value, countQueue)
  if ('createMultipartUpload' in value) return watched(value, countBucket)
  return value
}
