import { z } from 'zod'

import { createApp } from '../../src/api/app.ts'
import type { ApiPorts, RunStub } from '../../src/api/ports.ts'
import { createRunIds } from '../../src/api/run-ids.ts'
import { slotStarter } from '../../src/api/schedules/start-slot.ts'
import type { NoticeDesk } from '../../src/durable/owner/notices/notice-desk.ts'
import type { ScheduleDesk } from '../../src/durable/owner/schedules/schedule-desk.ts'
import type { RunTokenRpc } from '../../src/durable/owner/tokens/run-token-rpc.ts'
import type { RunStart, TokenRevocation } from '../../src/durable/run/run-rpc.ts'
import type { TaskOrder, TaskRpc } from '../../src/durable/task/task-rpc.ts'
import { openTask, viewTask } from '../../src/durable/task/task-state.ts'
import { targetFault } from '../../src/egress/post-notice.ts'
import type { Pipeline } from '../../src/pipelines/pipeline.ts'
import type { Company, CompanyView } from '../../src/protocol/company.ts'
import type { ExpiryView } from '../../src/protocol/expiry.ts'
import { GroupKey, type Owner, type RunId } from '../../src/protocol/ids.ts'
import { changeNaming, type Labels } from '../../src/protocol/naming.ts'
import type { RunView } from '../../src/protocol/run.ts'
import type { TaskId } from '../../src/protocol/task.ts'
import { ApiContract } from './contract.ts'
import { openMemoryRunTokens } from './memory-run-tokens.ts'
import { noDocuments } from './no-documents.ts'
import { openTestDesk } from './test-desk.ts'
import { openTestNotices } from './test-notices.ts'
import { RUN_SECRET, secretAuth, tokenOf, watchTokens } from './tokens.ts'

const Letters = z.strictObject({ letters: z.array(z.enum(['a', 'b'])).min(1) })

/** A pipeline that tests start and never run. Each letter of the input is a group. */
const letters: Pipeline<z.infer<typeof Letters>> = {
  name: 'letters',
  input: Letters,
  limits: { flight_jobs: 7, plan_deadline_ms: 1_000, job_deadline_ms: 1_000 },
  nouns: {
    group: { one: 'letter', many: 'letters' },
    job: { one: 'word', many: 'words' },
    list: { one: 'list of words', many: 'lists of words' },
  },
  phases: { planning: 'Listing words', working: 'Reading words' },
  steps: [{ step: 'spelling', words: 'Spelling the word' }],
  groups: (input) => input.letters.map((letter) => ({ key: GroupKey.parse(letter), input: {} })),
  inputOf: (groups) => ({ letters: groups.map(({ key }) => key) }),
  plan: () => {
    throw new Error('nothing is planned here')
  },
  work: () => Promise.reject(new Error('nothing is done here')),
}

type LogLine = {
  readonly level: string
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

export type TestApi = {
  readonly lines: LogLine[]
  /** The created runs by their ids. */
  readonly runs: Map<RunId, RunStart>
  /** The revoked watch tokens. */
  readonly revoked: TokenRevocation[]
  /** The method and path of every route of the app. */
  readonly routes: readonly { readonly method: string; readonly path: string }[]
  /** The requests that reached a run's stream. */
  readonly streams: Request[]
  /** Sends a request with a token of alice, unless the headers have another one. */
  readonly call: (path: string, init?: RequestInit) => Promise<Response>
  /** Sends a request without a token. */
  readonly callBare: (path: string, init?: RequestInit) => Promise<Response>
  readonly post: (path: string, body: unknown, headers?: HeadersInit) => Promise<Response>
  readonly send: (method: string, path: string, body: unknown) => Promise<Response>
}

/** The real app over ports in memory. Runs are in a map, and Postgres is empty. */
export function createTestApi(
  change: (ports: ApiPorts) => Partial<ApiPorts> = () => ({}),
): TestApi {
  const lines: LogLine[] = []
  const runs = new Map<RunId, RunStart>()
  const streams: Request[] = []
  const revoked: TokenRevocation[] = []
  const tasks = new Map<TaskId, TaskOrder>()
  const desks = new Map<Owner, ScheduleDesk>()
  const deskOf = (owner: Owner): ScheduleDesk => {
    const start = slotStarter({ ...ports, ...change(ports) })
    const desk = desks.get(owner) ?? openTestDesk(owner, { start })
    desks.set(owner, desk)
    return desk
  }
  const notices = new Map<Owner, NoticeDesk>()
  const noticesOf = (owner: Owner): NoticeDesk => {
    const desk = notices.get(owner) ?? openTestNotices()
    notices.set(owner, desk)
    return desk
  }
  const tokens = new Map<Owner, RunTokenRpc>()
  const tokensOf = (owner: Owner): RunTokenRpc => {
    const own = tokens.get(owner) ?? openMemoryRunTokens()
    tokens.set(owner, own)
    return own
  }
  const ports: ApiPorts = {
    auth: secretAuth,
    watch_tokens: watchTokens,
    environment: 'local',
    cors: ['https://page.test'],
    retry_ms: 1_000,
    pipelines: { letters },
    // Tests may also ask for runs whose ids nobody has signed.
    run_ids: createRunIds({ secrets: [RUN_SECRET], unkeyed: true }),
    run: (run_id) => createStub(run_id, { runs, streams, revoked }),
    owner: (owner) => ({
      schedules: (call) => deskOf(owner).call(call),
      webhooks: (call) => noticesOf(owner).call(call),
      pauseAll: ({ by }) => Promise.resolve({ ...owned, paused: { by, at: CREATED_AT } }),
      resumeAll: () => Promise.resolve(owned),
      admitted: () => Promise.resolve(owned),
      takeQuota: () => Promise.resolve({ kind: 'taken' }),
      ...tokensOf(owner),
      fetch: (request) => {
        streams.push(request)
        const isPoll = new URL(request.url).pathname === '/events'
        return Promise.resolve(
          isPoll
            ? Response.json(noEvents, { headers: { etag: '"e.1"' } })
            : new Response('event: all_jobs\ndata: {}\n\n'),
        )
      },
    }),
    task: (task_id) => createTask(task_id, tasks),
    targetFault: (url) => targetFault(url, []),
    archivedRun: () => {
      throw new Error('nothing is archived here')
    },
    hasRun: ({ owner, run_id }) => Promise.resolve(runs.get(run_id)?.owner === owner),
    readFigures: () => Promise.resolve({ groups: new Map(), fields: {} }),
    findEarlierRun: () => Promise.resolve(undefined),
    readResults: ({ jobs }) => Promise.resolve({ results: jobs.map(() => undefined), left_out: 0 }),
    renameArchived: () => Promise.resolve({ kind: 'unknown' }),
    listRuns: () => Promise.resolve({ kind: 'page', page: { runs: [], next_cursor: null } }),
    countRuns: () => Promise.resolve(noRuns),
    listFailures: () =>
      Promise.resolve({ kind: 'page', page: { failures: [], next_cursor: null } }),
    listPostings: () =>
      Promise.resolve({ kind: 'page', page: { postings: [], next_cursor: null } }),
    countFacets: () => Promise.resolve({ counted: 0, complete: true, values: {} }),
    readPosting: () => Promise.resolve(undefined),
    readPostingHistory: () => Promise.resolve(undefined),
    readRelated: () => Promise.resolve(undefined),
    companies: {
      list: () => Promise.resolve({ kind: 'page', page: { companies: [], next_cursor: null } }),
      read: () => Promise.resolve(undefined),
      create: ({ company }) => Promise.resolve({ kind: 'created', company: stored(company) }),
      change: () => Promise.resolve(undefined),
      has: () => Promise.resolve(false),
      visits: () => Promise.resolve({ kind: 'page', page: { visits: [], next_cursor: null } }),
    },
    expiries: {
      list: () => Promise.resolve([expiryOf('applied')]),
      decide: ({ apply }) =>
        Promise.resolve({ kind: 'decided', expiry: expiryOf(apply ? 'applied' : 'dropped') }),
    },
    documents: noDocuments,
    preview: () => Promise.reject(new Error('nothing is previewed here')),
    detector: () => () => Promise.reject(new Error('nothing is detected here')),
    log: (level, message, fields) => lines.push({ level, message, fields }),
  }
  const app = createApp({ ...ports, ...change(ports) })
  const callBare: TestApi['callBare'] = async (path, init) =>
    held(await app.request(path, init), { app, method: init?.method ?? 'GET', path })
  const call: TestApi['call'] = async (path, init = {}) => {
    const headers = new Headers(init.headers)
    if (!headers.has('authorization'))
      headers.set('authorization', `Bearer ${await tokenOf('alice')}`)
    return callBare(path, { ...init, headers })
  }
  const post: TestApi['post'] = (path, body, headers = {}) =>
    call(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...Object.fromEntries(new Headers(headers)) },
      body: JSON.stringify(body),
    })
  const send: TestApi['send'] = (method, path, body) =>
    call(path, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  // Hono lists a route once for each of its middlewares.
  const routes = [...new Map(app.routes.map((one) => [`${one.method} ${one.path}`, one])).values()]
  return { lines, runs, revoked, routes, streams, call, callBare, post, send }
}

/** By the number of routes, of which one environment has another than the others. */
const contracts = new Map<number, Promise<ApiContract>>()

async function contractOf(app: Asked['app']): Promise<ApiContract> {
  const document = await app.request('/api/openapi.json')
  return new ApiContract(await document.json())
}

type Asked = {
  readonly app: ReturnType<typeof createApp>
  readonly method: string
  readonly path: string
}

/** Holds an answer against the contract: throws for a status, a problem or JSON that the contract does not have. */
async function held(answer: Response, { app, method, path }: Asked): Promise<Response> {
  const made = contracts.get(app.routes.length) ?? contractOf(app)
  contracts.set(app.routes.length, made)
  const known = await made
  const operation = known.find(method, new URL(path, 'http://api.test').pathname)
  // Node knows no answer 101: the run's object of these tests answers a socket as it does a stream.
  const isSocket = operation?.path.endsWith('/socket') === true && answer.status === 200
  if (operation === undefined || method === 'HEAD' || isSocket) return answer
  const type = answer.headers.get('content-type') ?? ''
  const body: unknown = /\bjson\b/.test(type) ? await answer.clone().json() : undefined
  const fault = known.faultOf(operation, { status: answer.status, type, body })
  if (fault !== undefined) throw new Error(`${method} ${path} has no such answer: ${fault}`)
  return answer
}

/** A task's object in the API's eyes. Its tasks never end. */
function createTask(task_id: TaskId, tasks: Map<TaskId, TaskOrder>): TaskRpc {
  return {
    begin: (order) => {
      tasks.set(task_id, order)
      return Promise.resolve(viewTask(openTask(order, 0)))
    },
    read: ({ owner }) => {
      const order = tasks.get(task_id)
      return Promise.resolve(order?.owner === owner ? viewTask(openTask(order, 0)) : undefined)
    },
  }
}

/** How the runs of every owner stand here. */
const owned = { admitted: 0, waiting: 0, runs_at_once: 10 }

/** A run's object in the API's eyes. It answers only its owner. */
function createStub(
  run_id: RunId,
  { runs, streams, revoked }: Pick<TestApi, 'runs' | 'streams' | 'revoked'>,
): RunStub {
  const mine = (owner: string) => runs.get(run_id)?.owner === owner
  return {
    create: (start) => {
      const known = runs.get(run_id)
      if (known && known.body_hash !== start.body_hash)
        return Promise.resolve({ kind: 'key_reused' })
      runs.set(run_id, start)
      const kind = known ? 'exists' : 'created'
      return Promise.resolve({ kind, status: 'pending', created_at: CREATED_AT })
    },
    view: ({ owner }) => Promise.resolve(mine(owner) ? viewOf(run_id) : undefined),
    jobs: ({ owner, cursor }) => {
      if (!mine(owner)) return Promise.resolve(undefined)
      return Promise.resolve(cursor === undefined ? { jobs: [], next_cursor: null } : 'bad_cursor')
    },
    logs: ({ owner }) => Promise.resolve(mine(owner) ? { lines: [], next_after: null } : undefined),
    inputs: ({ owner }) =>
      Promise.resolve(mine(owner) ? { groups: runs.get(run_id)?.groups ?? [] } : undefined),
    // Every run has the job x of the group x.
    job: ({ owner, group, external_id }) =>
      Promise.resolve(
        mine(owner) && group === 'x' && external_id === 'x' ? { status: 'pending' } : undefined,
      ),
    abortJob: () => Promise.resolve(),
    abort: ({ owner, by }) => {
      if (!mine(owner)) return Promise.resolve({ kind: 'unknown' })
      return Promise.resolve({
        kind: 'aborted',
        receipt: { by, at: CREATED_AT, seq: 4, in_flight: 0 },
      })
    },
    pause: ({ owner, by }) =>
      Promise.resolve(
        mine(owner) ? { kind: 'set', paused: { by, at: CREATED_AT } } : { kind: 'unknown' },
      ),
    resume: ({ owner }) => Promise.resolve({ kind: mine(owner) ? 'set' : 'unknown' }),
    retry: ({ owner }) =>
      Promise.resolve(
        mine(owner) ? { kind: 'retried', round: 2, jobs: 1, groups: 0 } : { kind: 'unknown' },
      ),
    rename: ({ owner, change }) => {
      if (!mine(owner)) return Promise.resolve({ kind: 'unknown' })
      const naming = changeNaming({}, change)
      return Promise.resolve(
        naming === 'too_many' ? { kind: 'too_many' } : { kind: 'named', naming },
      )
    },
    admits: ({ owner, token_id }) => {
      if (!mine(owner)) return Promise.resolve('unknown')
      return Promise.resolve(revoked.some((r) => r.token_id === token_id) ? 'revoked' : 'yes')
    },
    revoke: (request) => {
      if (!mine(request.owner)) return Promise.resolve('unknown')
      revoked.push(request)
      return Promise.resolve('revoked')
    },
    fetch: (request) => {
      streams.push(request)
      const owner = decodeURIComponent(request.headers.get('x-runcast-owner') ?? '')
      if (!mine(owner)) return Promise.resolve(new Response('no run', { status: 404 }))
      if (new URL(request.url).pathname === '/events')
        return Promise.resolve(Response.json(noEvents, { headers: { etag: '"e.1"' } }))
      const over = request.headers.get('last-event-id') === 'e.9'
      return Promise.resolve(
        over
          ? new Response(null, { status: 204 })
          : new Response('event: status\ndata: pending\n\n'),
      )
    },
  }
}

const noRuns = {
  pending: 0,
  initializing: 0,
  ingesting: 0,
  finished: 0,
  error: 0,
  aborted: 0,
  with_problems: 0,
}

const noEvents = { cursor: 'e.1', events: [], done: false }

const CREATED_AT = '2026-01-02T03:04:05.678Z'

/** The company in the form in which Postgres returns it. */
export function stored(company: Company, labels: Labels = {}): CompanyView {
  return { ...company, labels, created_at: CREATED_AT, updated_at: CREATED_AT, attention: null }
}

export function expiryOf(status: ExpiryView['status']): ExpiryView {
  const decided_at = status === 'held' ? null : CREATED_AT
  return { company: 'acme', visit: 2, status, gone: 1, open: 2, sample: [], decided_at }
}

function viewOf(run_id: RunId): RunView {
  return {
    run_id,
    pipeline: 'letters',
    status: 'pending',
    round: 1,
    cursor: 'e.1',
    counts: { total: 0, by_status: {} },
    watchers: 0,
    groups: {},
    created_at: CREATED_AT,
  }
}
