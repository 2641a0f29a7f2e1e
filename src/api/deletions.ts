import { z } from 'zod'

import type { TaskWork } from '../durable/task/task-rpc.ts'
import type { Owner } from '../protocol/ids.ts'
import type { TaskView } from '../protocol/task.ts'
import { callDatabase, callRun } from './calls.ts'
import type { AddRoute } from './contract/add-route.ts'
import type { Contract } from './contract/contract.ts'
import { CompanyPath, MatterPath, RunPath } from './contract/parameters.ts'
import type { ApiPorts } from './ports.ts'
import { notFound } from './problem.ts'
import { requireIssued } from './read-run.ts'
import { beginTask, isUnderWay, TASK_ANSWER, taskIdOf, taskReply } from './tasks.ts'

const owned = { access: 'owner', answers: TASK_ANSWER } as const

const run = {
  ...owned,
  tag: 'Runs',
  route: 'DELETE /api/runs/:run_id',
  summary: 'Deletes an ended run for good: its jobs, its log, its blobs, its object and its row.',
  description:
    '409 while the run goes on (abort it first), and while documents have their state from it (delete them or their matter). The postings that it brought stay.',
  params: RunPath,
  problems: ['in-use'],
} as const satisfies Contract

const company = {
  ...owned,
  tag: 'Companies',
  route: 'DELETE /api/companies/:slug',
  summary: 'Deletes a company for good, with its postings, their history, its visits and expiries.',
  description: 'Its runs stay. What their workers still bring for the company is not stored.',
  params: CompanyPath,
} as const satisfies Contract

const matter = {
  ...owned,
  tag: 'Matters',
  route: 'DELETE /api/matters/:matter_id',
  summary: 'Deletes a matter for good, with its documents, their files and texts, and its runs.',
  description:
    'Runs that go on end at once. A run over other matters too stays. What is uploaded to the matter meanwhile is deleted with it.',
  params: MatterPath,
} as const satisfies Contract

const CONFIRM = 'must be `everything`'

const everything = {
  ...owned,
  tag: 'Tasks',
  route: 'DELETE /api/owner',
  summary:
    'Deletes everything of the caller for good: runs, companies, postings, documents, files.',
  description:
    'Runs that go on end at once. What the caller adds while the deletion is under way may be deleted too.',
  query: z.object({
    confirm: z.literal('everything', CONFIRM).meta({
      description: 'Must be `everything`, so that no slip deletes it.',
      examples: ['everything'],
    }),
  }),
} as const satisfies Contract

/** Adds the routes that delete for good (DEL-1). Each answers with the receipt of a task. */
export function deletionRoutes(add: AddRoute, ports: ApiPorts): void {
  add(run, async ({ owner, params: { run_id } }) => {
    await requireIssued(ports, { run_id, owner })
    const answer = await callRun(() => ports.run(run_id).admits({ owner, token_id: '' }))
    if (answer === 'unknown' && !(await callDatabase(() => ports.hasRun({ owner, run_id }))))
      throw notFound()
    return taskReply(
      await begin(ports, { owner, what: `run ${run_id}` }, { kind: 'delete_run', run_id }),
    )
  })

  add(company, async ({ owner, params: { slug } }) => {
    const task = { owner, what: `company ${slug}` }
    const has = await callDatabase(() => ports.companies.has({ owner, slug }))
    if (!has) await requireUnderWay(ports, task)
    return taskReply(await begin(ports, task, { kind: 'delete_company', slug }))
  })

  add(matter, async ({ owner, params: { matter_id } }) => {
    const task = { owner, what: `matter ${matter_id}` }
    const found = await callDatabase(() => ports.documents.matters.find(owner, { matter_id }))
    if (found === undefined) await requireUnderWay(ports, task)
    // The links end with this request, and not only when the last document is gone.
    await callDatabase(() => ports.documents.tokens.revokeAll({ owner, matter_id }))
    const group = found?.group ?? ''
    return taskReply(await begin(ports, task, { kind: 'delete_matter', matter_id, group }))
  })

  add(everything, async ({ owner }) =>
    taskReply(await begin(ports, { owner, what: 'everything' }, { kind: 'delete_owner' })),
  )
}

type Deletion = { readonly owner: Owner; readonly what: string }

async function begin(
  ports: ApiPorts,
  { owner, what }: Deletion,
  work: TaskWork,
): Promise<TaskView> {
  const task_id = await taskIdOf(ports, owner, `delete ${what}`)
  return beginTask(ports, { task_id, owner, work })
}

/** Throws 404, unless the deletion of what is no longer there is still under way: a repeated request gets its receipt. */
async function requireUnderWay(ports: ApiPorts, { owner, what }: Deletion): Promise<void> {
  const task_id = await taskIdOf(ports, owner, `delete ${what}`)
  if (!(await isUnderWay(ports, task_id, owner))) throw notFound()
}
