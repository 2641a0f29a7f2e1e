import { plan } from '../../src/pipelines/ingestion/plan.ts'
import type { JobSeed } from '../../src/pipelines/pipeline.ts'
import { type Planning, planTask } from './planning.ts'

export function acme(origin: string) {
  const source = { type: 'greenhouse', board: 'acme', base_url: origin }
  return { slug: 'acme', name: 'Acme', source }
}

/** Makes `count` jobs. Every `pages`th job has its content on a page of its own. */
export function jobs(count: number, pages = 0) {
  return Array.from({ length: count }, (_, index) => ({
    id: `j-${index}`,
    title: `Job ${index}`,
    absolute_url: `https://acme.example/${index}`,
    ...(pages > 0 && index % pages === 0 ? {} : { content: `<p>${index}</p>` }),
  }))
}

export async function planAll(
  world: Planning,
  company: ReturnType<typeof acme> | string,
  attempt = 1,
) {
  const batches: (readonly JobSeed[])[] = []
  for await (const batch of plan(planTask(company, attempt), world.ports)) batches.push(batch)
  return batches
}

export const key = { owner: 'alice', company: 'acme', visit: 1 }
