import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { z } from 'zod'

import { Company, Slug } from '../src/protocol/company.ts'
import { Api } from './api.ts'
import { openDatabase } from './database.ts'
import type { Options } from './options.ts'
import { Partner } from './partner.ts'
import { Runs } from './runs.ts'

const ROOT = join(import.meta.dirname, '..')

/** What runs are started over. */
type Boards = { readonly all: readonly Company[]; readonly small: readonly Company[] }

/** What a measurement needs of the processes that are measured. */
export type Bench = {
  readonly data: string
  readonly boards: Boards
  readonly runs: Runs
  readonly peer: Partner
}

/** Ends what it was given, the last first. */
export class Processes {
  // Processes show their files by the real path.
  readonly data = realpathSync(mkdtempSync(join(tmpdir(), 'runcast-bench-')))
  readonly #partners: Partner[] = []

  /** Answers once the API does. */
  async start({ companies, postings }: Options): Promise<Bench> {
    const { data } = this
    const all = await this.#sites(companies, postings / companies)
    const small = await this.#sites(1, 5)
    const origins = `${all.ready},${small.ready}`
    const stack = await this.#start('the stack', 'bench/stack-process.ts', [data, origins])
    const peer = await this.#start('the peer', 'bench/peer-process.ts', [data, origins])
    const api = await Api.open(stack.ready)
    const runs = new Runs({ api, stack, db: openDatabase(data) })
    const boards = { all: await companiesOf(all.ready), small: await companiesOf(small.ready) }
    return { data, boards, runs, peer }
  }

  /** Ends them all, also when `start` has not. */
  async close(): Promise<void> {
    for (const partner of this.#partners.toReversed()) await partner.end()
    rmSync(this.data, { recursive: true, force: true })
  }

  #sites(companies: number, postings: number): Promise<Partner> {
    const args = ['--port=0', `--companies=${companies}`, `--postings=${postings}`]
    return this.#start('the sites', 'scripts/sites.ts', args)
  }

  #start(name: string, script: string, args: readonly string[]): Promise<Partner> {
    const partner = new Partner({ name, script: join(ROOT, script), args })
    this.#partners.push(partner)
    return partner.untilReady()
  }
}

async function companiesOf(origin: string): Promise<Company[]> {
  const response = await fetch(`${origin}/companies.json`)
  const companies = z.array(Company).parse(await response.json())
  // Both sites call theirs the same, and one owner's slug is one company.
  const { port } = new URL(origin)
  return companies.map((company) => ({ ...company, slug: Slug.parse(`${company.slug}-${port}`) }))
}
