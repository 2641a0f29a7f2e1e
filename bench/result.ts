import type { Bench } from './bench.ts'
import { type Figures, figuresOf, type MemoryFigures, memoryOf } from './figures.ts'
import { describeMachine, load, type Machine } from './machine.ts'
import type { Options } from './options.ts'
import { type PartTime, timeByPart } from './parts.ts'
import { workerProcess } from './processes.ts'
import { profile } from './profile.ts'
import { measureRound, measureRun, type Round } from './round.ts'
import { measureStarts, type Starts } from './starts.ts'

const WARM_UP_STARTS = 20

/** All measurements, and the figures of the table. */
export type Result = {
  readonly options: Options
  readonly machine: Machine
  readonly starts: Starts
  readonly rounds: readonly Round[]
  readonly figures: readonly Figures[]
  readonly memory: MemoryFigures
  readonly profile?: readonly PartTime[]
}

/** `report` gets a line about each step. */
export async function measure(
  bench: Bench,
  options: Options,
  report: (line: string) => void,
): Promise<Result> {
  const before = load()
  await measureStarts(bench, WARM_UP_STARTS)
  const starts = await measureStarts(bench, options.starts)
  await bench.runs.untilQuiet()
  report(`${options.starts} starts are measured`)
  const worker = workerProcess()
  const rounds: Round[] = []
  for (let visit = 1; visit <= options.runs; visit++) {
    const round = await measureRound(bench, worker, { ...options, visit })
    rounds.push(round)
    report(describe(round, `run ${visit} of ${options.runs}`))
  }
  const profiled = options.profile
    ? { profile: timeByPart(await profile(() => measureRun(bench, worker, options))) }
    : {}
  return {
    options,
    machine: describeMachine(before),
    starts,
    rounds,
    figures: figuresOf(rounds, options.postings),
    memory: memoryOf(rounds),
    ...profiled,
  }
}

function describe({ run, peer, rss_mb, load: busy }: Round, name: string): string {
  const rates = `${run.rate.toFixed(0)} postings a second, its peer ${peer.rate.toFixed(0)}`
  return `${name} (${run.outcome}): ${rates}; workerd ${rss_mb.toFixed(0)} MB; load ${busy}`
}
