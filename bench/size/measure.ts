import { connect } from '../../src/db/connect.ts'
import { percentile } from '../statistics.ts'
import { HOT_CALLS } from './hot-statements.ts'

const TIMES = 15
/** A slow call is measured less often. */
const ENOUGH_MS = 3_000
const STATEMENT_MS = 600_000

type Measured = {
  readonly name: string
  readonly min_ms: number
  readonly p50_ms: number
  readonly p95_ms: number
}

/** Measures each call over HTTP, as the Worker sends it, after one call that reads what it needs into memory. */
export async function* measureCalls(postgres: {
  readonly url: string
  readonly endpoint: string
}): AsyncIterable<Measured> {
  const db = connect({ ...postgres, statement_ms: STATEMENT_MS })
  for (const { name, call } of HOT_CALLS) {
    const times: number[] = []
    const first = performance.now()
    await call(db)
    for (let nth = 0; nth < TIMES; nth += 1) {
      const began = performance.now()
      await call(db)
      times.push(performance.now() - began)
      if (performance.now() - first > ENOUGH_MS) break
    }
    yield {
      name,
      min_ms: percentile(times, 0),
      p50_ms: percentile(times, 0.5),
      p95_ms: percentile(times, 0.95),
    }
  }
}
