import { keepPreviousData, useQuery } from '@tanstack/react-query'

import { ApiError } from '../../src/client/client.ts'
import { SlotsPreview } from '../../src/protocol/schedule.ts'
import { Until } from '../parts/ago.tsx'
import { post, request } from '../wire/request.ts'
import { jitterOf } from './schedule-draft.ts'
import { type WhenDraft, whenOf } from './when-draft.ts'
import { slotMoment, zoneOf } from './when-words.ts'

const WAIT_MS = 250

type SlotsAheadProps = { when: WhenDraft; jitter_s: string }

/** The next slots of what the form says, before anything is stored. The server computes them, as it computes those of schedules. */
export function SlotsAhead({ when, jitter_s }: SlotsAheadProps) {
  const asked = { when: whenOf(when), jitter_s: jitterOf(jitter_s) }
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: ['slots', asked],
    queryFn: async ({ signal }) => {
      await stillWanted(signal)
      const { next } = await request('/api/schedules/preview', SlotsPreview, post(asked))
      return { next, zone: zoneOf(asked.when) }
    },
    placeholderData: keepPreviousData,
    retry: false,
  })
  return (
    <div aria-live="polite" className="min-h-38 space-y-1.5">
      <p className="text-sm text-muted">The next slots</p>
      {error ? (
        <p className="wrap-anywhere text-failed-ink">None. {faultWords(error)}</p>
      ) : (
        <ol
          className={`space-y-1 ${isPlaceholderData ? 'opacity-60' : ''}`}
          aria-label="Next slots"
        >
          {data?.next.map((at) => (
            <li key={at} className="flex flex-wrap gap-x-3">
              <span>{slotMoment(at, data.zone)}</span>
              <span className="text-sm text-muted">
                <Until time={at} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </div>
  )
}

/** Waits until a person has stopped typing. The next letter ends the query by its signal. */
function stillWanted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, WAIT_MS)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
}

function faultWords(error: Error): string {
  const [first] = (error instanceof ApiError && error.problem?.errors) || []
  if (first === undefined) return error.message
  return `${FIELDS[first.path] ?? first.path}: ${first.message}`
}

const FIELDS: Readonly<Record<string, string>> = {
  when: 'The time',
  'when.cron': 'The cron expression',
  'when.zone': 'The time zone',
  'when.minutes': 'The time between two slots',
  'when.at': 'The time of day',
  jitter_s: 'The delay',
}
