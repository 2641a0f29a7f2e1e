import { z } from 'zod'

import { RunId } from './ids.ts'
import { LabelKey, Labels, LABELS_MAX } from './naming.ts'
import { Reason, RunStatus } from './status.ts'
import { givenName } from './text.ts'

/** The most schedules of an owner: each one is a row that the owner's object reads at every list. */
export const SCHEDULES_MAX = 100

/** How many of the last slots a schedule keeps and shows, beside those that have not come to an end. */
export const SLOTS_KEPT = 20

/** How many of the next slots are shown. */
export const SLOTS_AHEAD = 5

/** The most missed slots that are made good. An owner who was away for a week does not want a thousand runs. */
export const BACKFILL_MAX = 10

/** The label of a run that a schedule started. Its value is the schedule's id. */
export const SCHEDULE_LABEL = LabelKey.parse('schedule')

export const ScheduleId = z
  .string()
  .regex(/^[0-9a-f]{32}$/, 'a schedule’s id is 32 lower-case hex digits')
  .brand<'ScheduleId'>()
export type ScheduleId = z.infer<typeof ScheduleId>

/** The names of the IANA database, and no offsets: an offset has no daylight saving. */
const Zone = z
  .string()
  .max(64, 'is no time zone')
  .regex(/^[A-Za-z][A-Za-z0-9_+/-]*$/, 'must be the name of a time zone, such as Europe/Berlin')
  .refine(isZone, 'is no time zone that is known here')
  .meta({ examples: ['Europe/Berlin'] })

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).format(0) !== ''
  } catch {
    return false
  }
}

/** Five fields, so that two slots are at least a minute apart. The longest expression that anybody needs is far shorter. */
const CronText = z
  .string()
  .max(200, 'must have at most 200 characters')
  .regex(/^\S+( +\S+){4}$/, 'must have five fields: minute, hour, day, month, day of the week')
  .meta({ examples: ['0 3 * * 1-5'] })

const MINUTES = 'must be a whole number of minutes from 1 to 1440'

/** When the slots of a schedule are. Slots of `every` are counted from midnight of 1 January 1970, UTC. */
export const When = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('cron'), cron: CronText, zone: Zone }),
  z.strictObject({
    kind: z.literal('every'),
    minutes: z.int(MINUTES).min(1, MINUTES).max(1_440, MINUTES),
  }),
  z.strictObject({
    kind: z.literal('daily'),
    at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 03:00'),
    zone: Zone,
  }),
])
export type When = z.infer<typeof When>

/** What happens at a slot while a run of the schedule goes on. */
const Overlap = z.enum(['skip', 'wait', 'abort'])
/** What happens with slots that came while nothing could start them. */
const Backfill = z.enum(['none', 'last', 'all'])

const JITTER = 'must be a whole number of seconds from 0 to 3600'
const JitterSeconds = z.int(JITTER).min(0, JITTER).max(3_600, JITTER)

const ScheduleLabels = Labels.refine(
  (labels) => Object.keys(labels).length < LABELS_MAX && !Object.hasOwn(labels, SCHEDULE_LABEL),
  `has at most ${LABELS_MAX - 1} labels, and none of the key ${SCHEDULE_LABEL}, which each run of a schedule has`,
)

/** The members of a schedule that its owner gives, beside `start`. */
export const givenSchedule = {
  name: givenName(200),
  labels: ScheduleLabels.exactOptional(),
  when: When,
  jitter_s: JitterSeconds.default(0),
  overlap: Overlap.default('skip'),
  backfill: Backfill.default('none'),
  paused: z.boolean().default(false),
}

/** The members of a change: an absent one stays as it is. */
export const givenScheduleChange = {
  name: givenName(200).exactOptional(),
  labels: ScheduleLabels.exactOptional(),
  when: When.exactOptional(),
  jitter_s: JitterSeconds.exactOptional(),
  overlap: Overlap.exactOptional(),
  backfill: Backfill.exactOptional(),
  paused: z.boolean().exactOptional(),
}

/**
 * A slot, and what became of it. `kind`: it came by the schedule, was made good later, or was asked for by hand.
 * `state`: `owed`, its run is still to be started; `waiting`, for the end of the run `run_id`; `started`, its run is
 * `run_id`, whose status is `status`; `skipped`, `missed` and `refused`: it has no run.
 */
export const SlotView = z.object({
  at: z.string(),
  kind: z.enum(['planned', 'backfill', 'by_hand']),
  state: z.enum(['owed', 'waiting', 'started', 'skipped', 'missed', 'refused']),
  run_id: RunId.exactOptional(),
  status: RunStatus.exactOptional(),
  started_at: z.string().exactOptional(),
  /** Why the slot has no run, or not yet. */
  reason: Reason.exactOptional(),
})
export type SlotView = z.infer<typeof SlotView>

/** A schedule in a list. Times are ISO 8601. */
export const ScheduleSummary = z.object({
  schedule_id: ScheduleId,
  name: z.string(),
  pipeline: z.string(),
  labels: z.record(z.string(), z.string()).exactOptional(),
  when: When,
  jitter_s: z.int(),
  overlap: Overlap,
  backfill: Backfill,
  paused: z.boolean(),
  created_at: z.string(),
  changed_at: z.string(),
  /** The next slot, without its jitter. Null while the schedule is paused, or if no slot will ever come. */
  next_at: z.string().nullable(),
  last: SlotView.nullable(),
})
export type ScheduleSummary = z.infer<typeof ScheduleSummary>

export const ScheduleView = ScheduleSummary.extend({
  /** What each run is started with. */
  start: z.object({ pipeline: z.string(), input: z.json() }),
  /** The next five slots. */
  next: z.array(z.string()),
  /** The last twenty slots, and those that have not come to an end, the newest first. */
  slots: z.array(SlotView),
})
export type ScheduleView = z.infer<typeof ScheduleView>

/** The next five slots that a schedule would have. */
export const SlotsPreview = z.object({ next: z.array(z.string()) })

export const ScheduleList = z.object({ schedules: z.array(ScheduleSummary) })
