import { Link } from '@tanstack/react-router'

import type { ScheduleView } from '../../src/protocol/schedule.ts'
import { useCompanyNames } from '../companies/stored-companies.ts'
import { Until } from '../parts/ago.tsx'
import { slugsNamed, whatWords } from './schedule-draft.ts'
import { ruleWords } from './schedule-rules.tsx'
import { labelOf } from './stored-schedules.ts'
import { ownZone, slotMoment, whenWords, zoneOf } from './when-words.ts'

/** What a schedule starts and when, with its next slots. */
export function ScheduleFacts({ schedule }: { schedule: ScheduleView }) {
  const { schedule_id, start, when, labels = {} } = schedule
  const names = useCompanyNames(slugsNamed(start))
  return (
    <div className="grid items-start gap-6 lg:grid-cols-2">
      <section aria-labelledby="starts" className="panel min-w-0 space-y-3 p-5">
        <h2 id="starts" className="text-lg font-bold">
          What it starts
        </h2>
        <p className="wrap-anywhere">
          {whatWords(start, names) || 'A saved input'}{' '}
          <span className="text-muted">({start.pipeline})</span>
        </p>
        <p className="font-semibold">{whenWords(when, ownZone())}</p>
        <ul className="space-y-1 text-sm text-muted">
          {ruleWords(schedule).map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
        {Object.keys(labels).length > 0 && (
          <p className="flex flex-wrap gap-2 text-sm">
            {Object.entries(labels).map(([key, value]) => (
              <span
                key={key}
                className="max-w-full truncate rounded-sm bg-sunken px-1.5 text-muted"
              >
                {key}: {value}
              </span>
            ))}
          </p>
        )}
        <Link
          to="/runs"
          search={{ label: labelOf(schedule_id) }}
          className="inline-block text-accent underline"
        >
          All its runs
        </Link>
      </section>
      <NextSlots schedule={schedule} />
    </div>
  )
}

function NextSlots({ schedule: { when, next, paused } }: { schedule: ScheduleView }) {
  const zone = zoneOf(when)
  return (
    <section aria-labelledby="next" className="panel min-w-0 space-y-3 p-5">
      <h2 id="next" className="text-lg font-bold wrap-anywhere">
        Next
        {zone !== undefined &&
          zone !== ownZone() &&
          `, in the time of ${zone.replaceAll('_', ' ')}`}
      </h2>
      {next.length === 0 && (
        <p className="text-muted">
          {paused ? 'None, while the schedule is paused.' : 'None: no slot comes any more.'}
        </p>
      )}
      <ol className="space-y-1.5">
        {next.map((at) => (
          <li key={at} className="flex flex-wrap gap-x-3">
            <span>{slotMoment(at, zone)}</span>
            <span className="text-sm text-muted">
              <Until time={at} />
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}
