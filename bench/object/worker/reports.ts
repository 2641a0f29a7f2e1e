import type { RunRpc } from '../../../src/durable/run/run-rpc.ts'
import type { FlightGrant } from '../../../src/durable/run/work-rpc.ts'
import type { Shape } from '../routes.ts'
import { planned, takeFlights } from './drive.ts'

type Run = Pick<
  RunRpc,
  'create' | 'direct' | 'claimPlan' | 'addJobs' | 'closeGroup' | 'claim' | 'report'
>

/** The time between two reports of a worker, if the object asks for no longer one. */
const NEWS_MS = 100

/** Claims all flights, and then reports progress of each for a while. Answers how many reports that took. */
export async function reportAll(run: Run, shape: Shape & { for_ms: number }): Promise<number> {
  await planned(run, shape)
  const flights = await takeFlights(shape.run_id, Math.ceil(shape.jobs / shape.flight_jobs))
  const grants = []
  for (const flight of flights) grants.push(await claim(run, flight))
  const end = Date.now() + shape.for_ms
  const calls = await Promise.all(grants.map((grant) => work(run, grant, end)))
  return calls.reduce((sum, count) => sum + count, 0)
}

type Claimed = FlightGrant & { readonly flight: number }

async function claim(run: Run, flight: number): Promise<Claimed> {
  const grant = await run.claim({ flight })
  if (grant.kind === 'refused') throw new Error(`flight ${flight} was refused`)
  return { ...grant, flight }
}

async function work(run: Run, { flight, ...grant }: Claimed, end: number): Promise<number> {
  let wait_ms = NEWS_MS
  for (let calls = 0; ; calls += 1) {
    await scheduler.wait(Math.min(wait_ms, grant.renew_ms))
    if (Date.now() > end) return calls
    const rows = grant.jobs.map(({ n, attempt }) => {
      return { n, attempt, kind: 'step', step: 'extracting', progress: calls % 100 } as const
    })
    const report = { flight, grant: grant.grant, rows, last: false, every_ms: NEWS_MS }
    const answer = await run.report(report)
    if (answer.kind === 'gone') throw new Error(`flight ${flight} lost its lease`)
    wait_ms = answer.report_in_ms ?? NEWS_MS
  }
}
