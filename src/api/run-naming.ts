import type { RenameAnswer } from '../durable/run/run-rpc.ts'
import type { RunName } from '../protocol/ids.ts'
import {
  LABELS_MAX,
  type Naming,
  NamingChange,
  RunNamed,
  shownNamingOf,
} from '../protocol/naming.ts'
import { callDatabase, callRun } from './calls.ts'
import type { AddRoute } from './contract/add-route.ts'
import { type Contract, json, jsonBody, reply } from './contract/contract.ts'
import { RunPath } from './contract/parameters.ts'
import type { ApiPorts } from './ports.ts'
import { invalidInput, notFound } from './problem.ts'
import { requireIssued, throwMissing } from './read-run.ts'

const renamed = {
  tag: 'Runs',
  access: 'owner',
  route: 'PATCH /api/runs/:run_id',
  summary: 'Changes the name and the labels of a run, also after its end.',
  description:
    'A JSON merge patch: an absent member stays as it is, and null removes a name or a label.',
  params: RunPath,
  body: jsonBody(NamingChange, { name: 'Nightly', labels: { team: 'growth' } }),
  answers: { 200: json(RunNamed, 'The name and the labels as they are now.') },
  problems: ['damaged'],
} as const satisfies Contract

export function runNamingRoute(add: AddRoute, ports: ApiPorts): void {
  add(renamed, async ({ owner, params: { run_id }, body }) => {
    const naming = await renameRun(ports, { owner, run_id }, body)
    return reply(200, { run_id, ...shownNamingOf(naming) })
  })
}

/** Changes the name at the run's object or, once the run is archived, in Postgres. */
async function renameRun(
  ports: ApiPorts,
  { owner, run_id }: RunName,
  change: NamingChange,
): Promise<Naming> {
  await requireIssued(ports, { owner, run_id })
  const live = await callRun(() => ports.run(run_id).rename({ owner, change }))
  if (live.kind === 'unknown') return throwMissing(ports, { owner, run_id })
  if (live.kind !== 'archived') return namingOf(live)
  return namingOf(await callDatabase(() => ports.renameArchived({ owner, run_id }, change)))
}

function namingOf(answer: RenameAnswer): Naming {
  switch (answer.kind) {
    case 'named':
      return answer.naming
    case 'too_many':
      throw invalidInput([
        { path: 'labels', message: `would be more than ${LABELS_MAX}: remove one with null` },
      ])
    case 'archived':
    case 'unknown':
      throw notFound()
  }
}
