import { describe, expect, it } from 'vitest'

import { noticesOfSlots } from '../../src/durable/owner/notices/slot-notices.ts'
import type { Fate, Schedule, Slot } from '../../src/durable/owner/schedules/schedule.ts'
import { RunId } from '../../src/protocol/ids.ts'
import { ScheduleId } from '../../src/protocol/schedule.ts'

const HOUR = 3_600_000
const reason = { code: 'no_companies', message: 'No company has this label.' }

function slot(hour: number, fate: Fate, kind: Slot['kind'] = 'planned'): Slot {
  return { at: hour * HOUR, kind, key: `${kind} ${hour}`, fate }
}

function schedule(...slots: readonly Slot[]): Schedule {
  return {
    schedule_id: ScheduleId.parse('5'.repeat(32)),
    name: 'Hourly',
    pipeline: 'ingestion',
    when: { kind: 'every', minutes: 60 },
    jitter_s: 0,
    overlap: 'skip',
    backfill: 'last',
    paused: false,
    created_at: 0,
    changed_at: 0,
    mark: 0,
    next: null,
    slots,
  }
}

const owed: Fate = { state: 'owed', due: 0, tries: 1 }
const refused: Fate = { state: 'refused', reason }
const started: Fate = {
  state: 'started',
  run_id: RunId.parse('1'.repeat(32)),
  started_at: 0,
  status: 'pending',
}

function told(before: Schedule, after: Schedule) {
  return noticesOfSlots(before, after, 9).map(({ type, text, data, notice_id, at }) => {
    expect([type, at]).toEqual(['schedule.missed', 9])
    return { text, notice_id, data: JSON.parse(data) as unknown }
  })
}

describe('NOTE-1: the notices of a schedule', () => {
  it('tell the slots that were missed, and how many of them are made good', () => {
    const after = schedule(slot(1, { state: 'missed' }), slot(2, owed, 'backfill'), slot(3, owed))
    expect(told(schedule(), after)).toMatchObject([
      {
        text: 'Hourly: 2 missed, of which 1 are made good',
        data: { slots: ['1970-01-01T01:00:00.000Z', '1970-01-01T02:00:00.000Z'], made_good: 1 },
      },
    ])
    expect(told(after, after)).toEqual([])
  })

  it('tell once of a slot whose run was refused, with the reason', () => {
    const after = schedule(slot(1, refused))
    const notices = told(schedule(slot(1, owed)), after)
    expect(notices).toMatchObject([
      {
        text: 'Hourly: 1 missed, because its run was refused: No company has this label.',
        data: { slots: ['1970-01-01T01:00:00.000Z'], made_good: 0, reason },
      },
    ])
    expect(told(after, schedule(slot(1, refused), slot(2, owed)))).toEqual([])
    const [other] = told(schedule(), schedule(slot(1, { state: 'missed' })))
    expect(notices[0]?.notice_id).not.toBe(other?.notice_id)
  })

  it('tell nothing of a slot that has its run, and of one that a person started by hand', () => {
    expect(told(schedule(slot(1, owed)), schedule(slot(1, started)))).toEqual([])
    const byHand = schedule(slot(1, refused, 'by_hand'))
    expect(told(schedule(slot(1, owed, 'by_hand')), byHand)).toEqual([])
  })
})
