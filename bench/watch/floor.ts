import type { Contender } from './contender.ts'
import { FLOOR_PATH, FloorBegan, type FloorFrames } from './routes.ts'
import type { WorkerHost } from './worker-host.ts'
import type { Driven } from './workload.ts'

/** A run's bytes for one watcher, with their times. The floor writes the same bytes at the same times. */
export type Recorded = { readonly frames: FloorFrames; readonly driven: Driven }

/** An object in the same Worker that only writes bytes: the cost of Runcast without any decision. */
export function floor(host: WorkerHost, { frames, driven }: Recorded): Contender {
  const request = `GET ${FLOOR_PATH} HTTP/1.1\r\nhost: bench\r\n\r\n`
  const drive = async (): Promise<Driven> => {
    const { began } = FloorBegan.parse(await host.call(FLOOR_PATH))
    const late = began - driven.began
    return {
      began,
      made: driven.made.map((at) => at + late),
      told: driven.told.map((at) => at + late),
    }
  }
  const open = async () => {
    await host.call(FLOOR_PATH, { method: 'PUT', body: frames })
    return { target: { port: host.port, request }, drive }
  }
  return { name: 'floor', processes: host.processes, open }
}
