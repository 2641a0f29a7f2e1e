import { describeMachine, load, type Machine } from '../machine.ts'
import { type Contender, contenders } from './contender.ts'
import { floor } from './floor.ts'
import { type Measured, measure } from './measure.ts'
import type { Options } from './options.ts'
import { measureResume, type Resume } from './resume.ts'
import { runcast } from './runcast.ts'
import type { Servers } from './servers.ts'

/** All measurements in their order. */
export type Result = {
  readonly options: Options
  readonly machine: Machine
  readonly skipped: Servers['skipped']
  readonly measured: readonly Measured[]
  readonly resume: Resume
}

/** `report` gets a line about each step. */
export async function measureAll(
  servers: Servers,
  options: Options,
  report: (line: string) => void,
): Promise<Result> {
  const before = load()
  for (const name of servers.skipped) report(`skipped: ${name}: not installed`)
  const resume = await measureResume(servers.host)
  const measured: Measured[] = []
  for (let round = 0; round < options.rounds; round++) {
    for (const watchers of options.watchers) {
      for (const one of await measureRound(servers, options, { round, watchers })) {
        measured.push(one)
        report(describe(one, `round ${round + 1} of ${options.rounds}`))
      }
    }
  }
  const machine = describeMachine(before)
  return { options, machine, skipped: servers.skipped, measured, resume }
}

/** Measures each server once, in another order in each round. The floor follows the run that it repeats. */
async function measureRound(
  { host, crowd, peers }: Servers,
  { jobs, rate, only, ...options }: Options,
  { round, watchers }: { readonly round: number; readonly watchers: number },
): Promise<Measured[]> {
  const size = { jobs, rate, watchers }
  const own = runcast(host, options.unbatched ? 0 : options['report-ms'])
  const turn = async (contender: Contender): Promise<Measured[]> => {
    const { measured, recorded } = await measure(crowd, contender, size)
    if (contender !== own || !only.includes('floor')) return [measured]
    const bare = await measure(crowd, floor(host, recorded), size)
    return [measured, bare.measured]
  }
  const all = [own, ...peers].filter(({ name }) => only.includes(name))
  const first = round % all.length
  const done: Measured[] = []
  for (const contender of [...all.slice(first), ...all.slice(0, first)])
    done.push(...(await turn(contender)))
  return done.toSorted((a, b) => contenders.indexOf(a.name) - contenders.indexOf(b.name))
}

function describe({ name, watchers, cpu_s, right, staleness, ...one }: Measured, when: string) {
  const late = staleness === null ? 'nothing' : `${staleness.p99.toFixed(0)} ms`
  const cpu = `${cpu_s.toFixed(2)} s of CPU (watchers ${one.watchers_cpu_s.toFixed(2)})`
  return `${when}, ${watchers} watchers, ${name}: ${cpu}; p99 ${late}; ${right} right`
}
