/** The processor time of `yardstick` on the machine on which the limits of the tests were chosen. */
const USUAL_MS = 40

/**
 * Does the work. Returns its processor time in ms, as it would be on the machine on which the limits were chosen: a
 * fixed piece of work, done before and after, says how fast this machine is at the moment. So a limit means the same on a
 * slow machine, and beside other work.
 */
export async function processorMs(work: () => unknown): Promise<number> {
  const before = machineMs()
  const began = process.cpuUsage()
  await work()
  const spent = spentSince(began)
  return (spent * USUAL_MS) / Math.max(before, machineMs())
}

/** Returns what this machine took, in ms, as it would be on the machine on which the limits were chosen. */
export function asUsual(ms: number): number {
  return (ms * USUAL_MS) / machineMs()
}

let isCompiled = false

/** How long this machine takes at the moment for what takes `USUAL_MS` elsewhere. */
function machineMs(): number {
  if (!isCompiled) for (let n = 0; n < 3; n++) yardstick()
  isCompiled = true
  return yardstick()
}

/** What parsers do most: they walk over a text, cut it, and remember words. Returns its processor time in ms. */
function yardstick(): number {
  const began = process.cpuUsage()
  const words = new Map<string, number>()
  for (let n = 0; n < 60_000; n++) {
    const [word = ''] = /[a-z]+/.exec(`${n} ${(n * 7_919).toString(36)} word`) ?? []
    words.set(word, (words.get(word) ?? 0) + 1)
  }
  return spentSince(began)
}

function spentSince(began: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1_000
}
