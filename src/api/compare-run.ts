import { z } from 'zod'

import type { RunFigures } from '../db/run-figures.ts'
import { GroupKey, RunId, type RunName } from '../protocol/ids.ts'
import { type ComparedGroup, Figures, RunComparison } from '../protocol/run-comparison.ts'
import type { RunView } from '../protocol/run.ts'
import { callDatabase } from './calls.ts'
import type { AddRoute } from './contract/add-route.ts'
import { type Contract, json, reply } from './contract/contract.ts'
import { RunPath } from './contract/parameters.ts'
import type { ApiPorts } from './ports.ts'
import { notFound } from './problem.ts'
import { readRun } from './read-run.ts'

const compared = {
  tag: 'Runs',
  access: 'owner',
  route: 'GET /api/runs/:run_id/compare',
  summary:
    'Compares a run with an earlier one: by group, by how the jobs ended, and by what changed.',
  description:
    'Without `with`: the last run of the same pipeline and groups before this one, among the 200 runs before it. A run that is at work is compared as far as its results are stored.',
  params: RunPath,
  query: z.object({ with: RunId.exactOptional() }),
  answers: { 200: json(RunComparison, 'The figures of both runs.') },
  problems: ['removed', 'damaged'],
} as const satisfies Contract

export function compareRoute(add: AddRoute, ports: ApiPorts): void {
  add(compared, async ({ owner, params: { run_id }, query }) => {
    const view = await viewOf(ports, { owner, run_id })
    const other = query.with ?? (await findEarlier(ports, { owner, run_id }, view))
    if (query.with !== undefined) await viewOf(ports, { owner, run_id: query.with })
    const now = await callDatabase(() => ports.readFigures({ owner, run_id }))
    const before =
      other === undefined
        ? undefined
        : await callDatabase(() => ports.readFigures({ owner, run_id: other }))
    return reply(200, { run_id, with: other ?? null, ...compare(view, now, before) })
  })
}

async function viewOf(ports: ApiPorts, run: RunName): Promise<RunView> {
  const view = await readRun(ports, run, (reads) => reads.view(run))
  if (view === undefined) throw notFound()
  return view
}

function findEarlier(ports: ApiPorts, run: RunName, view: RunView): Promise<RunId | undefined> {
  const { pipeline, created_at } = view
  const groups = Object.keys(view.groups).map((key) => GroupKey.parse(key))
  return callDatabase(() => ports.findEarlierRun({ ...run, pipeline, created_at, groups }))
}

/** Compares the figures of two runs. Groups stand in the order of the later run, then those that only the earlier one had. */
export function compare(
  view: Pick<RunView, 'groups'>,
  now: RunFigures,
  before: RunFigures | undefined,
): Omit<RunComparison, 'run_id' | 'with'> {
  const totals = { before: before ? sum(before) : null, now: sum(now) }
  const fields = { before: { ...before?.fields }, now: { ...now.fields } }
  if (before === undefined) return { ...totals, fields, groups: [], equal_groups: 0 }
  const keys = new Set([...Object.keys(view.groups), ...now.groups.keys(), ...before.groups.keys()])
  const all = [...keys].map((key): ComparedGroup => {
    const group = GroupKey.parse(key)
    const title = view.groups[group]?.title
    return {
      group,
      ...(title === undefined ? {} : { title }),
      before: before.groups.get(group) ?? null,
      now: now.groups.get(group) ?? null,
    }
  })
  const groups = all.filter((group) => !isEqual(group))
  return { ...totals, fields, groups, equal_groups: all.length - groups.length }
}

const NAMES = Figures.keyof().options

function isEqual({ before, now }: ComparedGroup): boolean {
  return NAMES.every((name) => (before?.[name] ?? 0) === (now?.[name] ?? 0))
}

function sum({ groups }: RunFigures): Figures {
  const all = [...groups.values()]
  const total = (name: keyof Figures) => all.reduce((count, figures) => count + figures[name], 0)
  return Figures.parse(Object.fromEntries(NAMES.map((name) => [name, total(name)])))
}
