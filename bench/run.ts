import { Processes } from './bench.ts'
import { BenchFailure } from './failure.ts'
import { type Options, readOptions } from './options.ts'
import { profile } from './profile.ts'
import { Family } from './processes.ts'
import { measureRound, measureRun, type Round } from './round.ts'
import { measureStarts, type Starts } from './starts.ts'

async function measure(processes: Processes, options: Options) {
  const bench = await processes.start(options)
  await measureStarts(bench, 20)
  const starts = await measureStarts(bench, options.starts)
  await bench.runs.untilQuiet()
  const family = new Family(bench.data)
  const rounds: Round[] = []
  for (let visit = 1; visit <= options.runs; visit++) {
    rounds.push(await measureRound(bench, family, { ...options, visit }))
    console.error(rounds.at(-1))
  }
  const s = await profile(() => measureRun(bench, family, options))
  const m = new Map<string, number>()
  for (const {stack, ms} of s) { const f = stack[0]; const k = f?.name + ' ' + f?.file; m.set(k, (m.get(k) ?? 0) + ms) }
  for (const [k, v] of [...m].sort((a, b) => b[1] - a[1]).slice(0, 60)) console.log(v.toFixed(0), k)
  console.log([...new Set(s.flatMap(x => x.stack.map(f => f.file)))].sort().join('\n'))
  console.log(starts)
}
const options = readOptions(process.argv.slice(2))
const processes = new Processes()
try { await measure(processes, options) } finally { await processes.close() }
