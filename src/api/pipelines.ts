import { PipelineList, type PipelineView } from '../protocol/pipelines.ts'
import type { AddRoute } from './contract/add-route.ts'
import { type Contract, json, reply } from './contract/contract.ts'
import type { ApiPorts, StartablePipeline } from './ports.ts'

const listed = {
  tag: 'Runs',
  access: 'owner',
  route: 'GET /api/pipelines',
  summary:
    'Lists the pipelines that can be started, with the words for their groups, jobs and steps.',
  answers: { 200: json(PipelineList, 'The pipelines, by name.') },
} as const satisfies Contract

/** Adds the route that lists the pipelines, for clients that show runs. */
export function pipelineRoutes(add: AddRoute, { pipelines }: ApiPorts): void {
  const views = Object.values(pipelines).map(viewPipeline)
  const byName = views.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  add(listed, async () => reply(200, { pipelines: byName }))
}

function viewPipeline(pipeline: StartablePipeline): PipelineView {
  const { name, nouns, phases, steps, mendable = [] } = pipeline
  const view = { name, nouns, phases, steps, mendable: [...mendable] }
  return pipeline.once === true ? { ...view, once: true } : view
}
