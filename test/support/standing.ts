import type { RunStanding } from '../../src/durable/owner/owner-rpc.ts'
import type { RunFacts } from '../../src/protocol/events.ts'
import { RunId } from '../../src/protocol/ids.ts'

const progress = { counts: { total: 2, by_status: { ready: 2 } }, groups_open: 0, rate: 0 }

type Change = Partial<Omit<RunStanding, 'facts' | 'run_id'>> & {
  readonly facts?: Partial<RunFacts>
}

/** How a run stands, as its object tells it. `name`: a digit of its id. */
export function standing(name: string, { facts, ...change }: Change = {}): RunStanding {
  return {
    run_id: RunId.parse(name.repeat(32)),
    epoch: 'e',
    seq: 1,
    named: 0,
    at: 0,
    title: `Run ${name}`,
    status: 'finished',
    round: 1,
    ...change,
    facts: {
      pipeline: 'letters',
      created_at: '2027-01-01T00:00:00.000Z',
      problems: { groups: 0, jobs: 0 },
      progress,
      ...facts,
    },
  }
}
