import { join } from 'node:path'

import { z } from 'zod'

import { Company, Slug } from '../src/protocol/company.ts'
import { Api } from './api.ts'
import { openDatabase } from './database.ts'
import type { Options } from './options.ts'
import type { Partner } from './partner.ts'
import { Runs } from './runs.ts'
import type { Workplace } from './workplace.ts'

const ROOT = join(import.meta.dirname, '..')

/** The companies of the runs: all of them, and a smaller choice. */
type Boards = { readonly all: readonly Company[]; readonly small: readonly Company[] }

/** The parts that a measurement uses. */
export type Bench = {
  readonly boards: Boards
  readonly runs: Runs
  readonly peer: Partner
}

/** Starts everything that `npm start` starts, and also the sites and the peer. */
export async function startBench(workplace: Workplace, options: Options): Promise<Bench> {
  const { companies, postings } = options
  const { folder } = workplace
  const start = (name: string, script: string, args: readonly string[]) =>
    workplace.start({ name, script: join(ROOT, script), args })
  const startSites = (count: number, each: number) => {
    const args = ['--port=0', `--companies=${count}`, `--postings=${each}`]
    return start('the sites', 'scripts/sites.ts', args)
  }
  const all = await startSites(companies, postings / companies)
  const small = await startSites(1, 5)
  const origins = `${all.ready},${small.ready}`
  const stack = await start('the stack', 'bench/stack-process.ts', [folder, origins])
  const peer = await start('the peer', 'bench/peer-process.ts', [folder, origins])
  const api = await Api.open(stack.ready)
  const runs = new Runs({ api, stack, db: openDatabase(folder) })
  const boards = { all: await companiesOf(all.ready), small: await companiesOf(small.ready) }
  return { boards, runs, peer }
}

/** The companies that sites at this origin have. */
export async function companiesOf(origin: string): Promise<Company[]> {
  const response = await fetch(`${origin}/companies.json`)
  const companies = z.array(Company).parse(await response.json())
  // Both sites use the same slugs, and an owner has only one company for each slug. So the port is
  // added.
  const { port } = new URL(origin)
  return companies.map((company) => ({ ...company, slug: Slug.parse(`${company.slug}-${port}`) }))
}
