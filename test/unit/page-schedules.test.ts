import { array, assert, constantFrom, integer, oneof, property, record } from 'fast-check'
import { describe, expect, it } from 'vitest'

import { RunId } from '../../src/protocol/ids.ts'
import { ScheduleView, SlotView, When } from '../../src/protocol/schedule.ts'
import {
  bodyOf,
  changesBetween,
  draftOf,
  newSchedule,
  whatWords,
} from '../../web/schedules/schedule-draft.ts'
import { slotWords } from '../../web/schedules/slot-words.ts'
import { newWhen, weeklyOf, whenDraftOf, whenOf } from '../../web/schedules/when-draft.ts'
import { slotMoment, whenWords } from '../../web/schedules/when-words.ts'

const ZONE = 'Europe/Berlin'
const run_id = RunId.parse('0123456789abcdef'.repeat(2))

const whens = oneof(
  record({
    kind: constantFrom('daily'),
    at: constantFrom('00:00', '23:59'),
    zone: constantFrom(ZONE),
  }),
  record({ kind: constantFrom('every'), minutes: integer({ min: 1, max: 1_440 }) }),
  record({
    kind: constantFrom('cron'),
    cron: constantFrom('0 3 * * 1-5', '05 07 * * 1', '*/5 * * * *', '0 25 * * 1', '0 3 1 * *'),
    zone: constantFrom(ZONE),
  }),
)

/** A weekly slot may be written in other digits. */
function digits(when: When): unknown {
  return when.kind === 'cron' ? { ...when, cron: weeklyOf(when.cron) ?? when.cron } : when
}

describe('the slots of a schedule in its form (SCH-1)', () => {
  it('a schedule that nobody changed is sent as it was', () => {
    assert(
      property(whens, (given) => {
        const when = When.parse(given)
        expect(digits(whenOf(whenDraftOf(when, 'UTC')))).toEqual(digits(when))
      }),
    )
  })

  it('days of the week become a cron expression, and are read back from it', () => {
    assert(
      property(array(integer({ min: 0, max: 6 }), { minLength: 1 }), (given) => {
        const days = [...new Set(given)]
        const when = When.parse(whenOf({ ...newWhen(ZONE), form: 'weekly', at: '07:05', days }))
        expect(whenDraftOf(when, 'UTC')).toMatchObject({
          form: 'weekly',
          at: '07:05',
          days: days.toSorted((one, other) => one - other),
          zone: ZONE,
        })
      }),
    )
  })

  it('no day of the week is refused, and does not mean each day', () => {
    const when = whenOf({ ...newWhen(ZONE), form: 'weekly', days: [] })
    expect(When.safeParse(when).success).toBe(false)
  })

  it.each([
    [{ kind: 'daily', at: '03:00', zone: ZONE }, 'Daily at 03:00'],
    [{ kind: 'daily', at: '03:00', zone: 'America/New_York' }, 'Daily at 03:00, America/New York'],
    [{ kind: 'every', minutes: 1 }, 'Every minute'],
    [{ kind: 'every', minutes: 60 }, 'Every hour'],
    [{ kind: 'every', minutes: 120 }, 'Every 2 hours'],
    [{ kind: 'every', minutes: 90 }, 'Every 90 minutes'],
    [{ kind: 'cron', cron: '5 3 * * 0,1', zone: ZONE }, 'Mon, Sun at 03:05'],
    [{ kind: 'cron', cron: '0 3 1 * *', zone: ZONE }, 'By cron 0 3 1 * *'],
  ] as const)('%j is said as “%s”', (when, words) => {
    expect(whenWords(When.parse(when), ZONE)).toBe(words)
  })

  it('a slot is shown in the time zone of its schedule', () => {
    expect(slotMoment('2026-12-03T02:00:00.000Z', ZONE)).toMatch(/\b0?3:00/)
  })
})

describe('what a schedule starts', () => {
  it.each([
    [{ companies: 'all' }, 'All companies'],
    [{ companies: { label: 'team:growth' } }, 'Companies with the label team:growth'],
    [{ companies: ['a', 'b'] }, 'Acme, b'],
    [{ companies: ['a', 'b', 'c', 'd', 'e'] }, 'Acme, b, c and 2 more'],
    [{ companies: [{ slug: 'z', name: 'Zeta', source: {} }] }, 'Zeta'],
    [{ documents: [] }, ''],
  ])('%j is said as “%s”', (input, words) => {
    expect(whatWords({ input }, new Map([['a', 'Acme']]))).toBe(words)
  })

  it.each([
    [{ companies: 'all' }, 'all'],
    [{ companies: ['a'] }, 'chosen'],
    [{ companies: { label: 'team' } }, 'labelled'],
    [{ companies: [], dry: true }, 'input'],
  ])('%j is shown in the form that fits, and sent as it was', (input, form) => {
    const draft = newSchedule(ZONE, { pipeline: 'ingestion', input })
    expect(draft.what.form).toBe(form)
    expect(bodyOf(draft).start).toEqual({ pipeline: 'ingestion', input })
  })

  it('SCH-5: a schedule like a run has the labels of the run, without that of another schedule', () => {
    const labels = { team: 'growth', schedule: 'a'.repeat(32) }
    const draft = newSchedule(ZONE, { pipeline: 'ingestion', input: { companies: 'all' }, labels })
    expect(bodyOf(draft).labels).toEqual({ team: 'growth' })
  })

  it('an input that is not JSON is refused before it is sent', () => {
    const draft = newSchedule(ZONE)
    const what = { ...draft.what, form: 'input', text: '{' } as const
    expect(() => bodyOf({ ...draft, what })).toThrow('not valid JSON')
  })
})

it('SCH-4: a change sends the changed members alone', () => {
  const schedule = ScheduleView.parse({
    schedule_id: 'a'.repeat(32),
    name: 'Nightly',
    pipeline: 'ingestion',
    when: { kind: 'every', minutes: 5 },
    jitter_s: 10,
    overlap: 'skip',
    backfill: 'none',
    paused: false,
    created_at: '',
    changed_at: '',
    next_at: null,
    last: null,
    start: { pipeline: 'ingestion', input: { companies: 'all' } },
    next: [],
    slots: [],
  })
  const before = draftOf(schedule, ZONE)
  expect(changesBetween(before, before)).toEqual({})
  expect(changesBetween(before, { ...before, overlap: 'abort', jitter_s: '' })).toEqual({
    overlap: 'abort',
    jitter_s: 0,
  })
  const labelled = { ...before, labels: 'team:growth' }
  expect(changesBetween(before, labelled)).toEqual({ labels: { team: 'growth' } })
  expect(changesBetween(labelled, before)).toEqual({ labels: {} })
})

const slot = (part: object) => SlotView.parse({ at: '', kind: 'planned', ...part })

describe('what became of a slot', () => {
  const went = new Map([[run_id, 'finished_with_problems' as const]])

  it('RUN-4: a run that finished with problems is never shown as one that went well', () => {
    const started = slot({ state: 'started', run_id, status: 'finished' })
    expect(slotWords(started, new Map())).toEqual({ tone: 'pending', words: 'ended' })
    expect(slotWords(started, new Map([[run_id, 'finished' as const]])).tone).toBe('ready')
    expect(slotWords(started, went)).toEqual({ tone: 'problems', words: 'finished with problems' })
  })

  it('a retried run is shown as it is now, and not as the list had it', () => {
    const started = slot({ state: 'started', run_id, status: 'ingesting' })
    expect(slotWords(started, went)).toEqual({ tone: 'working', words: 'running' })
  })

  it.each([
    ['missed', 'failed'],
    ['refused', 'failed'],
    ['skipped', 'skipped'],
    ['owed', 'pending'],
  ])('%s has its own tone', (state, tone) => {
    expect(slotWords(slot({ state }), new Map()).tone).toBe(tone)
  })
})
