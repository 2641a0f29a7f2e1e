import type { Database } from '../../src/db/connect.ts'
import { searchPage } from '../../src/pipelines/documents/search-page.ts'
import { percentile } from '../statistics.ts'
import { storeMany } from './many-chunks.ts'
import { readQuestions } from './samples.ts'
import { OWNER } from './stored-samples.ts'
import { portsOf, type Way, WAYS } from './ways.ts'

type Latency = {
  readonly way: Way
  readonly p50_ms: number
  readonly p95_ms: number
  readonly p99_ms: number
}

type Measured = { readonly load_ms: number; readonly latencies: readonly Latency[] }

/** Measures a search among so many chunks. Asks all questions once before, and then one after the other. */
export async function measureLatency(db: Database, chunks: number): Promise<Measured> {
  const began = performance.now()
  await storeMany(db, chunks)
  const load_ms = performance.now() - began
  const latencies: Latency[] = []
  for (const way of WAYS) {
    await timesOf(db, way)
    const times = await timesOf(db, way)
    const [p50_ms = 0, p95_ms = 0, p99_ms = 0] = [0.5, 0.95, 0.99].map((p) => percentile(times, p))
    latencies.push({ way, p50_ms, p95_ms, p99_ms })
  }
  return { load_ms, latencies }
}

async function timesOf(db: Database, way: Way): Promise<number[]> {
  const ports = portsOf(db)[way]
  const times: number[] = []
  for (const { question: q } of readQuestions()) {
    const began = performance.now()
    await searchPage({ owner: OWNER, q, limit: 10 }, ports)
    times.push(performance.now() - began)
  }
  return times
}
