import { z } from 'zod'

import { randomHex } from '../../digest.ts'
import type { ScheduleAnswer, ScheduleCall } from '../../durable/owner/schedules/schedule-rpc.ts'
import type { Owner } from '../../protocol/ids.ts'
import {
  givenSchedule,
  givenScheduleChange,
  ScheduleId,
  ScheduleList,
  SCHEDULES_MAX,
  ScheduleView,
  SLOTS_AHEAD,
  SlotsPreview,
  SlotView,
  type When,
} from '../../protocol/schedule.ts'
import { faultOf, nextSlots, shortestGap } from '../../slots.ts'
import { callRun } from '../calls.ts'
import type { AddRoute } from '../contract/add-route.ts'
import {
  type Contract,
  empty,
  emptyReply,
  json,
  jsonBody,
  optionalJsonBody,
  reply,
} from '../contract/contract.ts'
import { SchedulePath, StartHeaders } from '../contract/parameters.ts'
import type { ApiPorts } from '../ports.ts'
import { invalidInput, notFound, ProblemError, unavailable } from '../problem.ts'
import { INPUT_BYTES, scheduledStart } from './scheduled-input.ts'

const common = { tag: 'Schedules', access: 'owner' } as const
const ofOne = { ...common, params: SchedulePath } as const

const WHEN = { kind: 'daily', at: '03:00', zone: 'Europe/Berlin' } as const

function created(pipelines: ApiPorts['pipelines']) {
  return {
    ...common,
    route: 'POST /api/schedules',
    summary: 'Makes a schedule, which starts a run at each of its slots.',
    description:
      'The slots are those of a cron expression in a time zone, every so many minutes, or daily at a time. In ingestion `input` may be `{"companies": "all"}`, all companies that the caller has at the slot, or `{"companies": {"label": "team:growth"}}`, those that have the label then.',
    body: jsonBody(z.strictObject({ ...givenSchedule, start: scheduledStart(pipelines) }), {
      name: 'Nightly',
      start: { pipeline: 'ingestion', input: { companies: ['acme'] } },
      when: WHEN,
      jitter_s: 300,
      overlap: 'skip',
      backfill: 'last',
    }),
    answers: { 201: json(ScheduleView, 'The schedule.', 'Location') },
    problems: ['too-many'],
  } as const satisfies Contract
}

const listed = {
  ...common,
  route: 'GET /api/schedules',
  summary: 'Lists the schedules of the caller, the oldest first.',
  answers: { 200: json(ScheduleList, 'All schedules, each with its next and its last slot.') },
} as const satisfies Contract

const previewed = {
  ...common,
  route: 'POST /api/schedules/preview',
  summary: 'Tells the next five slots that a schedule would have. Stores nothing.',
  body: jsonBody(z.strictObject({ when: givenSchedule.when, jitter_s: givenSchedule.jitter_s }), {
    when: WHEN,
  }),
  answers: { 200: json(SlotsPreview, 'The slots, without their jitter.') },
} as const satisfies Contract

const read = {
  ...ofOne,
  route: 'GET /api/schedules/:schedule_id',
  summary:
    'Reads a schedule with its next five slots and its last twenty, and what became of these.',
  answers: { 200: json(ScheduleView, 'The schedule.') },
} as const satisfies Contract

function changed(pipelines: ApiPorts['pipelines']) {
  return {
    ...ofOne,
    route: 'PATCH /api/schedules/:schedule_id',
    summary: 'Changes a schedule, pauses it, or lets it go on.',
    description:
      'An absent member stays as it is. What lies before a new `when`, or in a pause, is not missed.',
    body: jsonBody(
      z.strictObject({ ...givenScheduleChange, start: scheduledStart(pipelines).exactOptional() }),
      { paused: true },
    ),
    answers: { 200: json(ScheduleView, 'The schedule as it is now.') },
  } as const satisfies Contract
}

const removed = {
  ...ofOne,
  route: 'DELETE /api/schedules/:schedule_id',
  summary: 'Deletes a schedule. Its runs stay.',
  answers: { 204: empty('The schedule is deleted.') },
} as const satisfies Contract

const startedNow = {
  ...ofOne,
  route: 'POST /api/schedules/:schedule_id/run',
  summary:
    'Starts a run of a schedule now, also while another one goes on or the schedule is paused.',
  description:
    'If the run cannot be started at once, `state` is `owed`, and the start is tried again until it succeeds.',
  headers: StartHeaders,
  body: optionalJsonBody(z.strictObject({}), {}),
  answers: { 202: json(SlotView, 'The run by hand, as it is among the slots of the schedule.') },
} as const satisfies Contract

/** Adds the routes of the caller's schedules. */
export function scheduleRoutes(add: AddRoute, ports: ApiPorts): void {
  const call = (owner: Owner, request: ScheduleCall) => callSchedules(ports, owner, request)

  add(created(ports.pipelines), async ({ owner, body: { start, labels, ...given } }) => {
    checkSlots(given.when, given.jitter_s)
    const schedule_id = ScheduleId.parse(randomHex(16))
    const { pipeline } = start
    const terms = { ...given, pipeline, ...(labels === undefined ? {} : { labels }) }
    const input = inputText(start.input)
    const answer = await call(owner, { op: 'create', schedule_id, terms, input })
    if (answer.kind === 'full') throw tooMany()
    return reply(201, scheduleIn(answer), { location: `/api/schedules/${schedule_id}` })
  })

  add(listed, async ({ owner }) => {
    const answer = await call(owner, { op: 'list' })
    if (answer.kind !== 'list') throw unexpected(answer)
    return reply(200, { schedules: [...answer.schedules] })
  })

  add(previewed, async ({ body: { when, jitter_s } }) => {
    checkSlots(when, jitter_s)
    const next = nextSlots(when, Date.now(), SLOTS_AHEAD)
    return reply(200, { next: next.map((at) => new Date(at).toISOString()) })
  })

  add(read, async ({ owner, params }) =>
    reply(200, scheduleIn(await call(owner, { op: 'read', ...params }))),
  )

  add(changed(ports.pipelines), async ({ owner, params, body: { start, ...terms } }) => {
    const before = scheduleIn(await call(owner, { op: 'read', ...params }))
    const { when = before.when, jitter_s = before.jitter_s } = terms
    if (terms.when !== undefined || terms.jitter_s !== undefined) checkSlots(when, jitter_s)
    const change = { ...terms, ...(start === undefined ? {} : { pipeline: start.pipeline }) }
    const input = start === undefined ? {} : { input: inputText(start.input) }
    return reply(200, scheduleIn(await call(owner, { op: 'change', ...params, change, ...input })))
  })

  add(removed, async ({ owner, params }) => {
    const { kind } = await call(owner, { op: 'remove', ...params })
    if (kind === 'unknown') throw notFound()
    return emptyReply(204)
  })

  add(startedNow, async ({ owner, params, headers }) => {
    const { 'Idempotency-Key': key = randomHex(16) } = headers
    const answer = await call(owner, { op: 'run', ...params, key })
    if (answer.kind === 'unknown') throw notFound()
    if (answer.kind === 'busy') throw unavailable('The object that starts runs', undefined)
    if (answer.kind !== 'slot') throw unexpected(answer)
    return reply(202, answer.slot)
  })
}

async function callSchedules(
  ports: Pick<ApiPorts, 'owner'>,
  owner: Owner,
  request: ScheduleCall,
): Promise<ScheduleAnswer> {
  return callRun(() => ports.owner(owner).schedules(request))
}

function scheduleIn(answer: ScheduleAnswer): ScheduleView {
  if (answer.kind === 'unknown') throw notFound()
  if (answer.kind !== 'schedule') throw unexpected(answer)
  const { schedule, input } = answer
  return { ...schedule, start: { pipeline: schedule.pipeline, input: JSON.parse(input) } }
}

function unexpected({ kind }: ScheduleAnswer): Error {
  return new Error(`the owner's object answered ${kind}`)
}

/** Throws a 422 if the slots never come, or if their jitter would let one overtake the next. */
function checkSlots(when: When, jitter_s: number): void {
  const now = Date.now()
  const fault = faultOf(when, now)
  const path = when.kind === 'cron' ? 'when.cron' : 'when'
  if (fault !== undefined) throw invalidInput([{ path, message: fault }])
  if (jitter_s * 1_000 >= shortestGap(when, now) && jitter_s > 0)
    throw invalidInput([
      { path: 'jitter_s', message: 'must be shorter than the time between two slots' },
    ])
}

function inputText(input: unknown): string {
  const text = JSON.stringify(input)
  if (new TextEncoder().encode(text).length > INPUT_BYTES)
    throw invalidInput([
      { path: 'start.input', message: `must have at most ${INPUT_BYTES} bytes as JSON` },
    ])
  return text
}

function tooMany(): ProblemError {
  return new ProblemError('too-many', {
    detail: `You have ${SCHEDULES_MAX} schedules, which is the most. Delete one of them first.`,
  })
}
