import { z } from 'zod'

import { hash } from '../digest.ts'
import type { CreateAnswer, RunStart } from '../durable/run/run-rpc.ts'
import { cleanText } from '../protocol/clean-text.ts'
import type { Owner, RunId } from '../protocol/ids.ts'
import { givenNaming } from '../protocol/naming.ts'
import { givenRank, type RunStarted, type WatchPaths } from '../protocol/run.ts'
import { callRun } from './calls.ts'
import { findChosen, startInput } from './chosen-companies.ts'
import type { StartHeaders } from './contract/parameters.ts'
import { parseInput } from './input.ts'
import type { ApiPorts, RunStub, StartablePipeline } from './ports.ts'
import { invalidInput, ProblemError } from './problem.ts'
import { type QuotaPorts, takeQuota } from './quotas.ts'
import { isKnown } from './read-run.ts'
import { newTokenId, signWatchToken } from './watch-token.ts'

/** The ports that name a run and create it. */
export type LaunchPorts = Pick<ApiPorts, 'pipelines' | 'run_ids'> & {
  readonly run: (run_id: RunId) => Pick<RunStub, 'create' | 'admits'>
}

type GivenNaming = Pick<RunStart, 'name' | 'labels' | 'priority' | 'concurrency'>

/** The owner of a start, and its headers. The header `Idempotency-Key` recognizes a repeated start. */
export type Starter = { readonly owner: Owner; readonly headers: z.infer<typeof StartHeaders> }

type StartRequest = GivenNaming & { readonly pipeline: string; readonly input: unknown }

/** The body of a start: the name of a pipeline, the input of that pipeline, and perhaps a name and labels. */
export function startBody(pipelines: ApiPorts['pipelines']) {
  const [first, ...others] = Object.entries(pipelines).map(([name, pipeline]) =>
    z.strictObject({
      pipeline: z.literal(name),
      input: startInput(pipeline),
      ...givenNaming,
      ...givenRank,
    }),
  )
  if (first === undefined) throw new Error('there is no pipeline')
  const known = Object.keys(pipelines).join(', ')
  const error = ({ code }: { readonly code?: string }) =>
    code === 'invalid_union' ? `is no pipeline; the pipelines are: ${known}` : undefined
  return z.discriminatedUnion('pipeline', [first, ...others], { error })
}

/** Starts a run, or finds the one that the same owner started with the same key and body. */
export async function startRun(
  ports: ApiPorts,
  { owner, headers }: Starter,
  { pipeline, input: given, ...naming }: StartRequest,
): Promise<RunStarted> {
  const run_id = await nameRun(ports, { owner, headers })
  const named = { owner, run_id, pipeline }
  const input = await wholeInput(ports, named, given)
  const launch = { ...naming, ...named, input, body: given }
  await takeStart(ports, launch)
  const { status, created_at } = await launchRun(ports, launch)
  const watch = await describeWatch(ports, launch)
  return { run_id, pipeline, status, created_at, watch }
}

/**
 * The input with the companies that a choice finds now. Throws a 422 if it finds none. A repeated start is the run that the
 * key has started, whatever companies there are now.
 */
async function wholeInput(
  ports: ApiPorts,
  { owner, run_id, pipeline }: Pick<Launch, 'owner' | 'run_id' | 'pipeline'>,
  given: unknown,
): Promise<unknown> {
  const found = await findChosen(ports, { owner, pipeline }, given)
  if (found.kind === 'given') return given
  const schema = ports.pipelines[pipeline]?.input ?? z.never()
  if (found.kind === 'found') return parseInput(schema, found.input, ['input'])
  if (await isKnown(ports, { run_id, owner })) return { companies: [] }
  throw invalidInput([{ path: 'input.companies', message: found.reason.message }])
}

/** Takes a start out of the owner's quotas, and what the start uploads. */
export function takeStart(
  ports: QuotaPorts,
  { owner, run_id }: Pick<RunStart, 'owner' | 'run_id'>,
  upload: { readonly upload_bytes?: number; readonly stored_bytes?: number } = {},
): Promise<void> {
  return takeQuota(ports, owner, { run_id, ask: { starts: 1, runs_waiting: 1, ...upload } })
}

/** `input` is the input of the pipeline. `body` is what two starts with the same key must have in common. */
type Launch = Pick<RunStart, 'run_id' | 'owner' | 'pipeline'> &
  GivenNaming & {
    readonly input: unknown
    readonly body: unknown
  }

/**
 * Creates a run at its object. Throws a problem if the key came with another body before, or if the object
 * lacks the pipeline's queue.
 */
export async function launchRun(
  ports: Pick<LaunchPorts, 'pipelines' | 'run'>,
  { run_id, owner, pipeline: name, input, body, ...naming }: Launch,
): Promise<Launched> {
  const pipeline = ports.pipelines[name]
  if (pipeline === undefined) throw new Error(`there is no pipeline ${name}`)
  const start = {
    run_id,
    owner,
    pipeline: name,
    flight_jobs: pipeline.limits.flight_jobs,
    nouns: pipeline.nouns,
    ...naming,
    body_hash: await hash({ pipeline: name, input: body, ...naming }),
    groups: seedGroups(pipeline, input),
  }
  const answer = await callRun(() => ports.run(run_id).create(start))
  if (answer.kind === 'key_reused') throw answer.deleted === true ? keyOfDeleted() : keyReused()
  if (answer.kind === 'not_wired') throw notWired(name)
  return answer
}

type Launched = Exclude<CreateAnswer, { readonly kind: 'key_reused' | 'not_wired' }>

/**
 * Makes the id of a run. With a key, equal starts of an owner get the same id wherever they arrive, even if the
 * secret that signs ids changed between them.
 */
export async function nameRun(
  ports: Pick<LaunchPorts, 'run_ids' | 'run'>,
  { owner, headers }: Starter,
): Promise<RunId> {
  const { 'Idempotency-Key': key } = headers
  if (key === undefined) return ports.run_ids.make()
  const { run_id, earlier } = await ports.run_ids.derive({ owner, key })
  for (const id of earlier) if (await isKnown(ports, { run_id: id, owner })) return id
  return run_id
}

function seedGroups(pipeline: StartablePipeline, input: unknown): RunStart['groups'] {
  const groups = pipeline.groups(input)
  if (new Set(groups.map(({ key }) => key)).size < groups.length) throw groupTwice()
  return groups.map(({ title, ...group }) => ({
    ...(title === undefined ? {} : { title: cleanText(title) }),
    key: group.key,
    input: JSON.stringify(group.input),
  }))
}

/** Lists the paths to watch a run, with a watch token that the caller may pass on. */
async function describeWatch(
  { watch_tokens }: ApiPorts,
  { owner, run_id }: Pick<RunStart, 'owner' | 'run_id'>,
): Promise<WatchPaths> {
  const base = `/api/runs/${run_id}`
  const paths = { stream: `${base}/stream`, socket: `${base}/socket`, events: `${base}/events` }
  if (watch_tokens.kind === 'none') return paths
  const guest = { kind: 'run', owner, run_id, token_id: newTokenId() } as const
  const term = { now: Date.now(), life_ms: watch_tokens.life_ms }
  const { token, expires_at } = await signWatchToken(watch_tokens, guest, term)
  return { ...paths, token, expires_at }
}

/** During a deployment the run's object may still be of the earlier version, which lacks the pipeline. */
function notWired(pipeline: string): ProblemError {
  return new ProblemError('not-configured', {
    detail: `Runs of the pipeline ${pipeline} cannot be worked on here yet. Nothing was started: try again.`,
    headers: { 'retry-after': '10' },
  })
}

/** A watcher could not tell two groups with the same key apart. */
function groupTwice(): ProblemError {
  return invalidInput([{ path: 'input', message: 'names a group twice' }])
}

/** The key names the run for good. A start under the id would mix with what late workers of the deleted run still write. */
function keyOfDeleted(): ProblemError {
  return new ProblemError('deleted', {
    detail: 'The run of this Idempotency-Key was deleted. Start with another key.',
  })
}

export function keyReused(): ProblemError {
  return new ProblemError('key-reused', {
    detail: 'This Idempotency-Key has already started a run with another body.',
    errors: [{ path: 'Idempotency-Key', message: 'came with another body before' }],
  })
}
