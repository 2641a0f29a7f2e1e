const ID = 'b'.repeat(32)

const SUMMARY = {
  schedule_id: ID,
  pipeline: 'ingestion',
  labels: { team: 'growth' },
  when: { kind: 'cron', cron: '0 3 * * 1,4', zone: 'America/Argentina/Buenos_Aires' },
  jitter_s: 300,
  overlap: 'skip',
  backfill: 'last',
  paused: false,
  created_at: '2026-11-01T00:00:00.000Z',
  changed_at: '2026-11-01T00:00:00.000Z',
  next_at: '2126-11-01T00:00:00.000Z',
  last: null,
}

const REASON = { code: 'input_refused', message: 'The input is not valid any more.' }

const SLOTS = [
  { at: '2026-11-07T00:00:00.000Z', kind: 'planned', state: 'owed' },
  { at: '2026-11-06T00:00:00.000Z', kind: 'planned', state: 'refused', reason: REASON },
  { at: '2026-11-05T00:00:00.000Z', kind: 'planned', state: 'missed' },
  { at: '2026-11-04T00:00:00.000Z', kind: 'planned', state: 'skipped' },
  ...['finished', 'error', 'aborted', 'ingesting'].map((status, day) => ({
    at: `2026-11-0${day + 1}T00:00:00.000Z`,
    kind: 'by_hand',
    state: 'started',
    run_id: `${day}`.repeat(32),
    status,
  })),
]

/** Stops of the tour that show schedules with each kind of slot. The schedules have this name. */
export function scheduleStops(name: string) {
  const summary = { ...SUMMARY, name }
  const paused = { ...summary, schedule_id: 'c'.repeat(32), paused: true, next_at: null }
  const view = {
    ...summary,
    start: { pipeline: 'ingestion', input: { companies: [name, 'acme', 'beta', 'gamma'] } },
    next: ['2126-11-01T00:00:00.000Z', '2126-11-05T00:00:00.000Z'],
    slots: SLOTS,
  }
  const listed = { path: '/api/schedules', json: { schedules: [summary, paused] } }
  const one = { path: `/api/schedules/${ID}`, json: view }
  const other = {
    path: `/api/schedules/${paused.schedule_id}`,
    json: { ...view, ...paused, next: [], slots: [] },
  }
  const preview = { path: '/api/schedules/preview', json: { next: view.next } }
  const answers = [listed, one, other, preview]
  return [
    { name: 'schedules', path: '/schedules', shows: 'America/Argentina', answers },
    { name: 'schedule', path: `/schedules/${ID}`, shows: 'not valid any more', answers },
    { name: 'schedule-edit', path: `/schedules/${ID}?edit=yes`, shows: 'Time zone', answers },
  ] as const
}
