import { useState } from 'react'

import { Check, Checks } from '../parts/check.tsx'
import { usePipelines } from '../parts/nouns.ts'
import { useScheduleNames } from '../schedules/run-label.tsx'
import { type EndpointDraft, offeredEvents, tellsOfGone } from './endpoint-draft.ts'
import { eventWords } from './notice-words.ts'

type RuleFieldsProps = {
  draft: EndpointDraft
  change: (part: Partial<EndpointDraft>) => void
}

/** What an endpoint is told, and of which runs. */
export function RuleFields({ draft, change }: RuleFieldsProps) {
  return (
    <>
      <Checks
        legend="Tell it when"
        options={offeredEvents(draft).map((event) => [event, eventWords(event)])}
        chosen={draft.events}
        onChange={(events) => change({ events })}
      />
      <Check
        label="Of ends of runs, tell it only of a run that goes well after one that did not"
        checked={draft.recovered}
        onChange={(recovered) => change({ recovered })}
      />
      {tellsOfGone(draft) && (
        <label className="block space-y-1">
          <span className="block text-sm text-muted">
            Of changed and missing postings, tell it only if more of the open ones are gone than
          </span>
          <span className="flex items-center gap-2">
            <input
              type="number"
              min={0}
              max={100}
              step="any"
              className="field w-24 tabular-nums"
              value={draft.goneOver}
              onChange={(event) => change({ goneOver: event.target.value })}
            />
            %
          </span>
        </label>
      )}
      <RunRules draft={draft} change={change} />
    </>
  )
}

/** Narrows an endpoint to some runs. Closed until a person wants that, or where it is so already. */
function RunRules({ draft, change }: RuleFieldsProps) {
  const { pipelines, schedules, labels } = draft
  const known = usePipelines().map(({ name }) => name)
  const names = useScheduleNames(true)
  const offered = [...new Set([...(names?.keys() ?? []), ...schedules])]
  const [wasNarrow] = useState(() => pipelines.length + schedules.length > 0 || labels !== '')
  return (
    <details open={wasNarrow}>
      <summary className="cursor-pointer">Only of some runs</summary>
      <div className="mt-3 space-y-4">
        <Checks
          legend="Of these pipelines. None chosen: of all."
          options={[...new Set([...known, ...pipelines])].map((name) => [name, name])}
          chosen={pipelines}
          onChange={(chosen) => change({ pipelines: chosen })}
        />
        {offered.length > 0 && (
          <Checks
            scrolls
            legend="Of these schedules. None chosen: of all runs."
            options={offered.map((id) => [id, names?.get(id) ?? 'A schedule that was deleted'])}
            chosen={schedules}
            onChange={(chosen) => change({ schedules: chosen })}
          />
        )}
        <label className="block space-y-1">
          <span className="block text-sm text-muted">
            With all of these labels, as team:growth, with commas between them
          </span>
          <input
            className="field w-full"
            value={labels}
            onChange={(event) => change({ labels: event.target.value })}
          />
        </label>
      </div>
    </details>
  )
}
