import { setTimeout as delay } from 'node:timers/promises'

import { cpuSeconds, cpuSince, type CpuSeconds } from '../processes.ts'
import { Caller, type Places, type Timed } from './caller.ts'
import type { Options } from './options.ts'

const LOOK_MS = 100

/** Runs of two jobs that were measured under the same conditions, and the processor time of all parts meanwhile. */
export type Kind = {
  readonly name: string
  readonly timed: readonly Timed[]
  readonly took_s: number
  readonly cpu: CpuSeconds
}

export type Result = {
  readonly alone: Kind
  readonly beside: Kind
  readonly starting: Kind
  readonly waiting: Kind
  /** The time, in seconds, in which the other owner made all starts. `waited`: how many of its runs waited at the end of that time. */
  readonly starts_s: number
  readonly waited: number
  /** The number of the other owner's runs that waited when the last measured run ended. */
  readonly still: number
}

/** Measures each kind once. The first runs, in which V8 compiles the code, are left out. */
export async function measure(places: Places, options: Options): Promise<Result> {
  const { starts, lanes, runs, large } = options
  const [few, many] = [await Caller.open(places, 'few'), await Caller.open(places, 'many')]
  await timeAll('to warm up', few, { runs })
  const alone = await timeAll('alone', few, { runs })
  const beside = await besideLarge(places, { runs, large })
  const began = performance.now()
  const started = startAll(many, { starts, lanes })
  await until(async () => (await many.usage()).waiting > 0)
  const starting = await timeAll(`while another owner starts ${starts} runs`, few, { runs })
  await started
  const starts_s = (performance.now() - began) / 1_000
  const { waiting: waited } = await many.usage()
  const waiting = await timeAll(`while ${waited} runs of another owner wait`, few, { runs })
  const { waiting: still } = await many.usage()
  return { alone, beside, starting, waiting, starts_s, waited, still }
}

/** Large runs follow one another, so that one is at work whenever a measured run begins. */
async function besideLarge(
  places: Places,
  { runs, large }: Pick<Options, 'runs' | 'large'>,
): Promise<Kind> {
  const own = await Caller.open(places, 'own')
  const isIdle = async () => (await own.usage()).admitted === 0
  const beside = await timeAll(`beside a run of ${large} jobs of the same owner`, own, {
    runs,
    async before() {
      if (!(await isIdle())) return
      const run_id = await own.start(large)
      await until(() => own.isIngesting(run_id))
    },
  })
  await until(isIdle)
  return beside
}

type Times = { readonly runs: number; readonly before?: () => Promise<void> }

async function timeAll(name: string, caller: Caller, { runs, before }: Times): Promise<Kind> {
  const [began, cpu] = [performance.now(), cpuSeconds()]
  const timed: Timed[] = []
  for (let n = 0; n < runs; n += 1) {
    await before?.()
    timed.push(await caller.time())
  }
  return { name, timed, took_s: (performance.now() - began) / 1_000, cpu: cpuSince(cpu) }
}

async function startAll(
  caller: Caller,
  { starts, lanes }: Pick<Options, 'starts' | 'lanes'>,
): Promise<void> {
  let left = starts
  const lane = async () => {
    while (left > 0) {
      left -= 1
      await caller.start(2)
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(LOOK_MS)
}
