/** The processor time of `yardstick` on the machine on which the limits of the tests were chosen. */
const USUAL_MS = 40

/**
 * Does the work. Returns its processor time in ms, as it would be on the machine on which the limits were chosen: a
 * fixed piece of work says how fast this machine is. So a limit means the same on a slow machine.
 */
export async function processorMs(work: () => unknown): Promise<number> {
  const began = process.cpuUsage()
  await work()
  return (spentSince(began) * USUAL_MS) / machineMs()
}

let measured: number | undefined

/** How long this machine takes for what takes `USUAL_MS` elsewhere. The lowest of three measurements: the first ones compile. */
function machineMs(): number {
  measured ??= Math.min(yardstick(), yardstick(), yardstick())
  return measured
}

/** What parsers do most: they walk over a text, cut it, and remember words. */
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
