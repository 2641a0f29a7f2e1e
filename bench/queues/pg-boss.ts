import { isPackageInstalled, startPeer } from './peer.ts'
import type { QueueKind } from './queue.ts'

export const pgBoss: QueueKind = {
  name: 'pg-boss',
  isInstalled: () => isPackageInstalled('pg-boss'),
  start: (surroundings) => {
    const plan = {
      name: 'pg-boss',
      writes: '100 jobs a statement, with their end',
      script: 'pg-boss.mjs',
      args: [surroundings.postgres.url],
      stores: [],
    }
    return startPeer(plan, surroundings)
  },
}
