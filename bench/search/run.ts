import { z } from 'zod'

import { count, readArguments } from '../arguments.ts'
import { columns, decimal } from '../columns.ts'
import { Workplace } from '../workplace.ts'
import { startDatabase } from './database.ts'
import { measureLatency } from './latency.ts'
import { measureBlind, measureQuality } from './quality.ts'

const { chunks } = readArguments({
  usage: `npm run bench:search -- [options]

  --chunks 100000   chunks in the search whose latency is measured
  --help            this text
`,
  options: { chunks: { type: 'string' } },
  schema: z.strictObject({ chunks: count.default(100_000) }),
})

const began = performance.now()
const seconds = (ms: number) => `${decimal(ms / 1_000)} s`
const place = new Workplace()
try {
  const blind = await measureBlind(await startDatabase(place, 'blind'))
  // The last database that was started is the one that statements go to.
  const db = await startDatabase(place, 'search')
  const measured = await measureQuality(db)
  const quality = [...measured, { half: 'blind', way: 'both', quality: blind }]
  console.log(
    columns([
      ['half, way', 'questions', 'hit@1', 'hit@5', 'MRR', 'nothing', 'precision', 'recall'],
      ...quality.map(({ half, way, quality: { questions, hit_1, hit_5, mrr, nothing } }) => [
        `${half}, ${way}`,
        decimal(questions),
        ...[hit_1, hit_5, mrr].map((share) => decimal(share, 3)),
        decimal(nothing.said),
        ...[nothing.precision, nothing.recall].map((share) => decimal(share, 3)),
      ]),
    ]),
  )
  const { load_ms, latencies } = await measureLatency(db, chunks)
  console.log(`\n${decimal(chunks)} chunks, stored and indexed in ${seconds(load_ms)}\n`)
  console.log(
    columns([
      ['way', 'p50 ms', 'p95 ms', 'p99 ms'],
      ...latencies.map(({ way, ...times }) => [
        way,
        ...Object.values(times).map((ms) => decimal(ms)),
      ]),
    ]),
  )
  console.log(`\nwhole time: ${seconds(performance.now() - began)}`)
} finally {
  await place.close()
}
