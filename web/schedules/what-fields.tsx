import { useQuery } from '@tanstack/react-query'

import { useNounsOf, usePipelineNames } from '../parts/nouns.ts'
import { countOf } from '../parts/words.ts'
import { loadSamples } from '../start/samples.ts'
import { ChosenCompanies } from './chosen-companies.tsx'
import { RadioChips } from './radio-chips.tsx'
import type { WhatDraft } from './schedule-draft.ts'

const FORMS = [
  ['all', 'All companies'],
  ['labelled', 'Companies with a label'],
  ['chosen', 'Some companies'],
  ['samples', 'Sample companies'],
  ['input', 'Another input'],
] as const

type WhatFieldsProps = { what: WhatDraft; change: (what: WhatDraft) => void }

/** What the runs of a schedule read. */
export function WhatFields({ what, change }: WhatFieldsProps) {
  const { group } = useNounsOf()('ingestion')
  const { data: samples = [] } = useQuery({
    queryKey: ['samples'],
    queryFn: loadSamples,
    staleTime: Infinity,
  })
  const set = (part: Partial<WhatDraft>) => change({ ...what, ...part })
  const offered = FORMS.filter(([form]) => form !== 'samples' || samples.length > 0)
  return (
    <section aria-labelledby="schedule-what" className="panel space-y-4 p-5">
      <h2 id="schedule-what" className="text-lg font-bold">
        What
      </h2>
      <RadioChips
        name="what"
        label="What the runs read"
        value={what.form}
        options={offered}
        onChange={(form) =>
          set({ form, ...(form === 'samples' && { samples: samples.slice(0, FIRST) }) })
        }
      />
      {what.form === 'all' && (
        <p className="text-muted">All companies that are stored when the slot comes.</p>
      )}
      {what.form === 'labelled' && <LabelField what={what} set={set} />}
      {what.form === 'chosen' && (
        <ChosenCompanies chosen={what.chosen} onChange={(chosen) => set({ chosen })} />
      )}
      {what.form === 'samples' && (
        <label className="block max-w-xl space-y-1">
          <span className="block text-sm text-muted">
            {countOf(what.samples.length, group)} of the sample sites
          </span>
          <input
            type="range"
            className="w-full accent-accent"
            min={1}
            max={samples.length}
            value={what.samples.length}
            onChange={({ target }) => set({ samples: samples.slice(0, target.valueAsNumber) })}
          />
        </label>
      )}
      {what.form === 'input' && <InputFields what={what} set={set} />}
    </section>
  )
}

const FIRST = 8

type PartProps = { what: WhatDraft; set: (part: Partial<WhatDraft>) => void }

function LabelField({ what, set }: PartProps) {
  return (
    <label className="block max-w-xl space-y-1">
      <span className="block text-sm text-muted">
        The label, as team or team:growth. The companies that have it when the slot comes are read.
      </span>
      <input
        className="field w-full"
        autoComplete="off"
        value={what.label}
        onChange={({ target }) => set({ label: target.value })}
      />
    </label>
  )
}

function InputFields({ what, set }: PartProps) {
  const names = usePipelineNames()
  return (
    <div className="space-y-3">
      <label className="block space-y-1">
        <span className="block text-sm text-muted">Pipeline</span>
        <select
          className="field"
          value={what.pipeline}
          onChange={(event) => set({ pipeline: event.target.value })}
        >
          {[...new Set([...names, what.pipeline])].map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label className="block space-y-1">
        <span className="block text-sm text-muted">Input as JSON, as a run has it</span>
        <textarea
          rows={10}
          spellCheck={false}
          autoComplete="off"
          className="field w-full font-mono text-xs"
          value={what.text}
          onChange={(event) => set({ text: event.target.value })}
        />
      </label>
    </div>
  )
}
